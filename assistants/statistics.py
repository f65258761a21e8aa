"""How much assistants are used. Conversations are counted on a floor above, which fills this in."""

from collections.abc import Callable, Sequence

Counts = dict[str, tuple[int, int]]
Counter = Callable[[Sequence[str]], Counts]
_counters: list[Counter] = []


def register(counter: Counter) -> None:
    """Called once by an app's `ready`; the counter gives (conversations, people) by assistant id, in one query."""
    _counters.append(counter)


def count(assistant_ids: Sequence[str]) -> Counts:
    """Conversations and people of each assistant; those that nobody talked to have zeros."""
    totals = dict.fromkeys(assistant_ids, (0, 0))
    for counter in _counters:
        for assistant_id, (conversations, people) in counter(assistant_ids).items():
            had = totals.get(assistant_id, (0, 0))
            totals[assistant_id] = (had[0] + conversations, had[1] + people)
    return totals

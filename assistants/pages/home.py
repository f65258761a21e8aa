"""My assistants, as the creator's home shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistants import categories, statistics
from assistants.definition import Definition
from assistants.models import Assistant


@dataclass(frozen=True, slots=True)
class Shelved:
    """One of my assistants, as the creator's home shows it."""

    assistant: Assistant
    definition: Definition
    field: str
    state: str
    version: int
    has_changes: bool
    conversations: int
    people: int


def shelve(assistants: Sequence[Assistant]) -> list[Shelved]:
    """The creator's assistants with their state and numbers; they carry `latest_number`. Two queries for all."""
    counts = statistics.count([assistant.id for assistant in assistants])
    fields = {shelf.slug: shelf.field or shelf.slug for shelf in categories.choices()}
    return [_shelved(assistant, fields, *counts[assistant.id]) for assistant in assistants]


def _shelved(assistant: Assistant, fields: dict[str, str], conversations: int, people: int) -> Shelved:
    live, latest = assistant.live_version, getattr(assistant, "latest_number", None)
    draft = assistant.draft_definition
    return Shelved(
        assistant=assistant,
        definition=draft,
        field=fields.get(draft.category, ""),
        state="live" if live else "withdrawn" if latest else "draft",
        version=live.number if live else latest or 0,
        has_changes=live is not None and draft != live.definition,
        conversations=conversations,
        people=people,
    )

"""What the chat page shows of a conversation, gathered in a fixed number of queries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assistants.knowledge.search import neighbours
from assistants.models import Passage
from conversations import failures
from conversations.models import Conversation, Message, Run
from conversations.people import Person
from core import markdown

HISTORY = 60
SourceUrl = Callable[[str, int], str]
# Where a run's door is: (events | stop | retry, run id) to an address; the widget has doors of its own.
Place = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as a page shows it, with the addresses of its doors."""

    id: str
    state: str
    is_live: bool
    error_message: str
    events: str
    stop: str
    retry: str

    @property
    def links(self) -> dict[str, str]:
        """For JSON replies."""
        return {"events": self.events, "stop": self.stop, "retry": self.retry}


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as a page shows it; `html` is safe."""

    id: str
    role: str
    text: str
    html: str
    citations: list[dict[str, Any]]
    created_at: datetime
    run: RunView | None


def source_url(message_id: str, number: int) -> str:
    """The panel's part for one citation."""
    return reverse("conversations:source", args=[message_id, number])


def site_place(name: str, run_id: str) -> str:
    """The site's own doors."""
    return reverse(f"conversations:{name}", args=[run_id])


def run_view(run: Run, place: Place = site_place) -> RunView:
    """A run with the addresses of its doors."""
    return RunView(
        id=run.pk,
        state=run.state,
        is_live=run.is_live,
        error_message=failures.sentence(run.error_code) if run.state == Run.State.FAILED else "",
        events=place("events", run.pk),
        stop=place("stop", run.pk),
        retry=place("retry", run.pk),
    )


def message_views(
    conversation: Conversation, place: Place = site_place, source: SourceUrl = source_url
) -> list[MessageView]:
    """All messages with the last run of each answer: two queries."""
    latest = {run.answer_id: run for run in conversation.runs.order_by("queued_at")}
    return [
        _message_view(message, latest.get(message.pk), place, source)
        for message in conversation.messages.order_by("position")
    ]


def _message_view(message: Message, run: Run | None, place: Place, source: SourceUrl) -> MessageView:
    numbers = {citation["n"] for citation in message.citations}
    is_answer = message.role == Message.Role.ASSISTANT
    html = markdown.render(message.text, lambda n: source(message.pk, n) if n in numbers else "") if is_answer else ""
    shown = run_view(run, place) if run else None
    return MessageView(message.pk, message.role, message.text, html, message.citations, message.created_at, shown)


def history_groups(person: Person, current: str = "") -> list[tuple[str, list[Conversation]]]:
    """The person's last conversations by day: today, this week, earlier."""
    conversations = Conversation.objects.of(person).counted().select_related("assistant__live_version")[:HISTORY]
    now = timezone.localtime()
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    groups: dict[str, list[Conversation]] = {}
    for conversation in conversations:
        conversation.current = conversation.pk == current  # type: ignore[attr-defined]
        groups.setdefault(_group(conversation.updated_at, today), []).append(conversation)
    return list(groups.items())


def _group(moment: datetime, today: datetime) -> str:
    if moment >= today:
        return _("Today")
    return _("This week") if moment >= today - timedelta(days=6) else _("Earlier")


def source_context(message: Message, number: int) -> dict[str, Any]:
    """What the source panel shows: the citation, and a little of what stands around it while the file exists."""
    current = next((citation for citation in message.citations if citation["n"] == number), None)
    if current is None:
        raise Http404
    passage = Passage.objects.filter(pk=current["passage"]).select_related("file").first()
    before, after = neighbours(passage.pk, 1, 1) if passage else ([], [])
    return {
        "message": message,
        "citations": message.citations,
        "current": current,
        "before": "\n\n".join(before),
        "after": "\n\n".join(after),
        "page": current["page"],
        "pages": passage.file.pages if passage else None,
        "file_name": current["file_name"],
    }

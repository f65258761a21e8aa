"""What the chat page shows of a conversation, gathered in a fixed number of queries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations import failures
from conversations.models import Conversation, Message, Run
from conversations.people import Person
from core import markdown

HISTORY = 60
SourceUrl = Callable[[str, int], str]


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


def run_view(run: Run, prefix: str = "conversations") -> RunView:
    """A run with its addresses under one of the doors that show it."""
    return RunView(
        id=run.pk,
        state=run.state,
        is_live=run.is_live,
        error_message=failures.sentence(run.error_code) if run.state == Run.State.FAILED else "",
        events=reverse(f"{prefix}:events", args=[run.pk]),
        stop=reverse(f"{prefix}:stop", args=[run.pk]),
        retry=reverse(f"{prefix}:retry", args=[run.pk]),
    )


def message_views(
    conversation: Conversation, prefix: str = "conversations", source: SourceUrl = source_url
) -> list[MessageView]:
    """All messages with the last run of each answer: two queries."""
    latest = {run.answer_id: run for run in conversation.runs.order_by("queued_at")}
    return [
        _message_view(message, latest.get(message.pk), prefix, source)
        for message in conversation.messages.order_by("position")
    ]


def _message_view(message: Message, run: Run | None, prefix: str, source: SourceUrl) -> MessageView:
    numbers = {citation["n"] for citation in message.citations}
    is_answer = message.role == Message.Role.ASSISTANT
    html = markdown.render(message.text, lambda n: source(message.pk, n) if n in numbers else "") if is_answer else ""
    shown = run_view(run, prefix) if run else None
    return MessageView(
        message.pk, message.role, message.text, html, message.citations, message.created_at, shown
    )


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


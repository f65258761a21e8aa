"""What people do in a conversation."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from accounts.models import User
from assistants.models import Assistant
from conversations import limits, tasks
from conversations.engine.titles import first_title
from conversations.events import Stopped
from conversations.models import Conversation, Message, Run, Surface, Visitor
from conversations.people import Person, visitor_id_of
from conversations.stream import publisher
from core.errors import AppError, Conflict, NotAllowed

# A model that was asked for a title is not asked again before.
TITLE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was accepted, and the run that answers it."""

    message: Message
    answer: Message
    run: Run


def start_conversation(*, person: Person, assistant: Assistant, surface: str = Surface.STORE) -> Conversation:
    """An empty conversation; NotAllowed for guests where the instance wants accounts."""
    if not person.user_id and not settings.GUESTS_ALLOWED:
        raise NotAllowed(_("Sign in to talk to this assistant."), code="sign_in_required")
    return Conversation.objects.create(
        assistant=assistant,
        assistant_name=assistant.name,
        owner_id=person.user_id,
        visitor_id=None if person.user_id else person.visitor_id,
        surface=surface,
    )


def send_message(*, person: Person, conversation: Conversation, text: str) -> Sent:
    """Keep the message and queue its answer. Raises AppError, LimitReached, or Conflict while an answer is written."""
    text = clean_text(text)
    assistant = _answering(conversation)
    limits.check(person)
    try:
        with transaction.atomic():
            return _send(person, conversation, assistant, text)
    except IntegrityError:
        raise Conflict(_("The last answer is still being written. Wait for it, or stop it first.")) from None


def _send(person: Person, conversation: Conversation, assistant: Assistant, text: str) -> Sent:
    last = Message.objects.filter(conversation=conversation).aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    version_id = None if conversation.surface == Surface.PREVIEW else assistant.live_version_id
    message = Message(conversation=conversation, position=position, role=Message.Role.PERSON, text=text)
    answer = Message(
        conversation=conversation, position=position + 1, role=Message.Role.ASSISTANT, version_id=version_id
    )
    Message.objects.bulk_create([message, answer])
    run = _queue(person, conversation, answer)
    conversation.title = conversation.title or first_title(text)
    conversation.updated_at = timezone.now()
    conversation.save(update_fields=["title", "updated_at"])
    return Sent(message, answer, run)


def retry(*, person: Person, run: Run) -> Sent:
    """Answer the same message again after a failure or a stop."""
    if run.is_live or Run.objects.filter(answer=run.answer_id, state=Run.State.DONE).exists():
        raise Conflict(_("This message has its answer already."))
    if Message.objects.filter(conversation=run.conversation, position__gt=run.answer.position).exists():
        raise Conflict(_("The conversation has gone on. Ask again below."))
    _answering(run.conversation)
    limits.check(person)
    message = Message.objects.get(conversation=run.conversation, position=run.answer.position - 1)
    try:
        with transaction.atomic():
            Message.objects.filter(pk=run.answer_id).update(text="", citations=[])
            return Sent(message, run.answer, _queue(person, run.conversation, run.answer))
    except IntegrityError:
        raise Conflict(_("The last answer is still being written. Wait for it, or stop it first.")) from None


def stop(*, run: Run) -> Run:
    """Ask the worker to stop; a run that no worker has taken yet ends at once. The partial text is kept."""
    now = timezone.now()
    # First the wish, then the state: a run that is put back into the queue between the two is found all the same.
    Run.objects.filter(pk=run.pk).live().update(stop_asked_at=now)
    waiting = Run.objects.filter(pk=run.pk, state=Run.State.QUEUED)
    if waiting.update(state=Run.State.CANCELLED, finished_at=now):
        publisher().close(run.pk, Stopped())
    run.refresh_from_db(fields=["state", "stop_asked_at"])
    return run


def new_visitor() -> Visitor:
    """Somebody who talks without an account."""
    return Visitor.objects.create()


def take_over(request: HttpRequest, user: User) -> None:
    """Give a guest's conversations to the account they signed in with."""
    if visitor_id := visitor_id_of(request):
        Conversation.objects.filter(visitor_id=visitor_id, owner=None).update(owner=user, visitor=None)
        Run.objects.filter(visitor_id=visitor_id).update(user=user, visitor=None)


def count_by_assistant(assistant_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """For creators: conversations and distinct people of each assistant; previews don't count."""
    rows = (
        Conversation.objects.counted()
        .filter(assistant__in=assistant_ids)
        .values("assistant")
        .annotate(conversations=Count("pk"), people=Count(Coalesce("owner", "visitor"), distinct=True))
    )
    return {row["assistant"]: (row["conversations"], row["people"]) for row in rows}


def ask_for_title(conversation: Conversation) -> None:
    """Have the model name a conversation that has an answer, once; without Redis the question stays its title."""
    if conversation.is_title_final or not conversation.runs.filter(state=Run.State.DONE).exists():
        return
    if cache.add(f"title:{conversation.pk}", 1, TITLE_SECONDS):
        _after_commit(lambda: tasks.improve_title.delay(conversation.pk))


def clean_text(text: str) -> str:
    """The message without outer space; AppError when it is empty or too long, with both numbers."""
    text = text.encode(errors="ignore").decode().replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise AppError(_("Write something first."), code="empty", field="text")
    if len(text) > settings.MESSAGE_MAX_CHARS:
        message = _("A message may have %(limit)s characters; this one has %(length)s.")
        values = {"limit": settings.MESSAGE_MAX_CHARS, "length": len(text)}
        raise AppError(message % values, code="too_long", field="text")
    return text


def _answering(conversation: Conversation) -> Assistant:
    if conversation.answering is None:
        message = _("This assistant is no longer available. The conversation stays readable.")
        raise AppError(message, code="assistant_gone")
    return conversation.answering


def _queue(person: Person, conversation: Conversation, answer: Message) -> Run:
    run = Run.objects.create(
        conversation=conversation,
        answer=answer,
        user_id=person.user_id,
        visitor_id=None if person.user_id else person.visitor_id,
        address_hash=person.address_hash,
    )
    transaction.on_commit(lambda: tasks.enqueue_run(run.pk))
    return run


def _after_commit(send: Callable[[], object]) -> None:
    def attempt() -> None:
        # a title is a nicety; the conversation has one already
        with contextlib.suppress(OperationalError):
            send()

    transaction.on_commit(attempt)

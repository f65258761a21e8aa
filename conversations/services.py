"""What people do in a conversation."""

import contextlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.db.models import Count
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
    version_id = None if conversation.surface == Surface.PREVIEW else assistant.live_version_id
    message = Message(conversation=conversation, role=Message.Role.PERSON, text=text)
    answer = Message(conversation=conversation, role=Message.Role.ASSISTANT, version_id=version_id)
    run = _run(person, conversation, answer)
    try:
        with _savepoint():
            _write(message, answer, run)
    except IntegrityError:
        raise Conflict(_("The last answer is still being written. Wait for it, or stop it first.")) from None
    transaction.on_commit(lambda: tasks.enqueue_run(run.pk))
    return Sent(message, answer, run)


# One statement for all that a message writes, by hand: Django needs five, and three times as long. Of two messages that
# come at the same time, the constraints on positions and live runs refuse one.
WRITE = """
with place as (
    select coalesce(max(position) + 1, 0) as position from conversations_message
    where conversation_id = %(conversation)s
), turns as (
    insert into conversations_message (id, conversation_id, position, role, text, citations, version_id, created_at)
    select turn.id, %(conversation)s, place.position + step, role, text, '[]'::jsonb, version, statement_timestamp()
    from place, (values (%(message)s, 0, 'person', %(text)s, null), (%(answer)s, 1, 'assistant', '', %(version)s))
        as turn (id, step, role, text, version)
), run as (
    insert into conversations_run
        (id, conversation_id, answer_id, state, attempt, error_code, model, tokens_in, tokens_out, user_id, visitor_id,
         address_hash)
    values (%(run)s, %(conversation)s, %(answer)s, 'queued', 0, '', '', 0, 0, %(user)s, %(visitor)s, %(address)s)
)
update conversations_conversation
set title = coalesce(nullif(title, ''), %(title)s), updated_at = statement_timestamp()
where id = %(conversation)s
returning title, updated_at, (select position from place)
"""


def _write(message: Message, answer: Message, run: Run) -> None:
    """Write the turn and its run, and tell the objects what the database made of them."""
    conversation = message.conversation
    values = {
        "conversation": conversation.pk,
        "message": message.pk,
        "text": message.text,
        "answer": answer.pk,
        "version": answer.version_id,
        "run": run.pk,
        "user": run.user_id,
        "visitor": run.visitor_id,
        "address": run.address_hash,
        "title": first_title(message.text),
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE, values)
        conversation.title, conversation.updated_at, message.position = cursor.fetchone()
    answer.position = message.position + 1


def _savepoint() -> AbstractContextManager[object]:
    """A statement alone is a transaction of its own; inside a larger one, its refusal must leave that one usable."""
    return transaction.atomic() if connection.in_atomic_block else contextlib.nullcontext()


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
            again = _run(person, run.conversation, run.answer)
            again.save(force_insert=True)
            transaction.on_commit(lambda: tasks.enqueue_run(again.pk))
            return Sent(message, run.answer, again)
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


def _run(person: Person, conversation: Conversation, answer: Message) -> Run:
    return Run(
        conversation=conversation,
        answer=answer,
        user_id=person.user_id,
        visitor_id=None if person.user_id else person.visitor_id,
        address_hash=person.address_hash,
    )


def _after_commit(send: Callable[[], object]) -> None:
    def attempt() -> None:
        # a title is a nicety; the conversation has one already
        with contextlib.suppress(OperationalError):
            send()

    transaction.on_commit(attempt)

"""The worker's verb: answer one run, whatever happens to Redis, the model or this process.

A run is claimed by a conditional update, so a task delivered twice leaves; its end is written by another that only the
attempt holding the row may win. No database connection is held while the model talks.
"""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from django.db import connections
from django.utils import timezone

from assistants import offers, versions
from assistants.definition import Definition
from assistants.knowledge.search import Found, search
from assistants.models import Offer
from backends.base import ChatRequest, Reply, Usage
from backends.errors import BackendError
from conversations.engine import citations, claims, prompt
from conversations.engine.claims import Claimed
from conversations.engine.keeper import Kept, keeper
from conversations.events import Done, Event, Failed, Searched, Stopped
from conversations.models import Message, Run
from conversations.stream import publisher
from core.errors import AppError

logger = logging.getLogger(__name__)

PASSAGES = 8
# Hundreds of threads that want the interpreter at once make each other slow, and with them the loop that reads the
# models: a few at a time work with the database, the others wait their turn.
_places = threading.BoundedSemaphore(4)


@contextmanager
def _desk() -> Iterator[None]:
    """A place to work with the database; the connection is given back on leaving."""
    with _places:
        try:
            yield
        finally:
            connections.close_all()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended, before it is written down."""

    state: str
    text: str = ""
    found: Sequence[Found] = ()
    code: str = ""
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """All that answering needs, read before the database connection is given back."""

    run: Run
    definition: Definition
    base_id: str
    history: Sequence[Message]
    offer: Offer


def execute(run_id: str) -> None:
    """Answer a queued run to its end; a run that is not queued is somebody else's and is left alone."""
    with _desk():
        claimed = claims.claim(run_id)
        if claimed is None:
            return
        job = _prepare(claimed)
    run = claimed.run
    kept = keeper().keep(run_id, run.attempt)
    publisher().open(run_id, run.attempt)
    try:
        outcome = job if isinstance(job, Outcome) else _answer(job, kept)
        if kept.reason != "taken":
            with _desk():
                finish(run, outcome)
    finally:
        # a newer attempt in this process goes on writing under the same id
        if keeper().release(run_id, kept):
            publisher().forget(run_id)


def finish(run: Run, outcome: Outcome) -> bool:
    """Write the end and tell the followers; False when another attempt holds the run."""
    text, kept_citations = citations.resolve(outcome.text.replace("\x00", ""), outcome.found)
    usage = outcome.reply.usage if outcome.reply else Usage()
    won = claims.write_end(
        run, state=outcome.state, code=outcome.code, text=text, citations=kept_citations, usage=usage
    )
    if won:
        publisher().close(run.pk, _terminal(outcome, text, kept_citations))
    return won


def _prepare(claimed: Claimed) -> Job | Outcome:
    """The job; or how the run ends when there is nobody who could answer."""
    try:
        definition = _definition(claimed)
        offer = offers.choose(definition.model)
    except Exception as error:
        return _failure(claimed.run, error)
    claimed.run.model = offer.name
    return Job(claimed.run, definition, claimed.base_id, claimed.history, offer)


def _definition(claimed: Claimed) -> Definition:
    if claimed.draft is not None:
        return Definition.from_json(claimed.draft)
    if claimed.version_id:
        return versions.definition_of(claimed.version_id)
    raise AppError("The assistant was deleted or withdrawn", code="assistant_gone")


def _answer(job: Job, kept: Kept) -> Outcome:
    """Search, stream, and turn every failure into an outcome with a code."""
    found: Sequence[Found] = ()
    try:
        found = _find(job)
        request = _request(job, found)
        backend = offers.backend_for(job.offer)
        reply = backend.stream(request, partial(_publish, job.run.pk, kept), kept.handle)
    except Exception as error:
        return _failure(job.run, error, found)
    if reply.finish_reason != "cancelled":
        return Outcome(Run.State.DONE, text=reply.text, found=found, reply=reply)
    if kept.reason == "timeout":
        return Outcome(Run.State.FAILED, text=reply.text, found=found, code="timeout", reply=reply)
    return Outcome(Run.State.CANCELLED, text=reply.text, found=found, reply=reply)


def _failure(run: Run, error: Exception, found: Sequence[Found] = ()) -> Outcome:
    """Every error has a code; what had arrived of the answer stays."""
    if isinstance(error, BackendError):
        logger.info("Run %s: %s", run.pk, error.code)
        return Outcome(Run.State.FAILED, text=getattr(error, "partial", ""), found=found, code=error.code)
    if isinstance(error, AppError):
        return Outcome(Run.State.FAILED, code=error.code)
    logger.error("Run %s failed", run.pk, exc_info=error)
    return Outcome(Run.State.FAILED, code="internal")


def _publish(run_id: str, kept: Kept, text: str) -> None:
    """On the reading loop's thread; what an attempt says after another has taken over is not shown."""
    if not kept.reason:
        publisher().add_text(run_id, text)


def _find(job: Job) -> list[Found]:
    """The passages for the last question. Outside the desk: the embedding model talks meanwhile."""
    if not job.definition.capabilities.knowledge:
        return []
    started = time.monotonic()
    try:
        found = search([job.base_id], prompt.search_text(job.history), limit=PASSAGES)
    finally:
        connections.close_all()
    if found:
        files = len({passage.file_id for passage in found})
        seconds = round(time.monotonic() - started, 2)
        publisher().add(job.run.pk, Searched(files=files, passages=len(found), seconds=seconds))
    return found


def _request(job: Job, found: Sequence[Found]) -> ChatRequest:
    system = prompt.system_text(job.definition, found, timezone.localdate())
    return ChatRequest(model=job.offer.name, messages=prompt.turns(system, job.history, job.offer.context_window))


def _terminal(outcome: Outcome, text: str, kept_citations: list[dict[str, object]]) -> Event:
    if outcome.state == Run.State.DONE:
        return Done(text, kept_citations)
    if outcome.state == Run.State.CANCELLED:
        return Stopped(text, kept_citations)
    return Failed(outcome.code, text)

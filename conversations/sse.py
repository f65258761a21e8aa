"""Following runs from the web process: one reader for all of them, frames handed to whoever is connected.

`follow` yields ready SSE frames. The entry id on the Redis stream is the SSE id, so any device can go on from it.
When Redis has nothing to say, Postgres is asked whether the run has ended.
"""

import asyncio
import logging
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from asgiref.sync import sync_to_async
from django.db import DatabaseError, connections
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import get_language

from conversations import failures
from conversations.events import TERMINAL, Done, Event, Failed, Stopped
from conversations.models import Run
from conversations.stream import key
from core import redis

logger = logging.getLogger(__name__)

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
PING_SECONDS = 15.0
BLOCK_MS = 50
SILENT_SECONDS = 3.0
START = "0-0"
# Redis refuses other ids, and one reading is shared by all.
ENTRY = re.compile(r"[0-9]{1,15}-[0-9]{1,15}")


def encode(name: str, data: bytes, entry: str = "") -> bytes:
    """One SSE frame; `data` is JSON, which never holds a line break."""
    head = f"id: {entry}\nevent: {name}\ndata: " if entry else f"event: {name}\ndata: "
    return head.encode() + data + b"\n\n"


def ending(run: Run) -> Event | None:
    """The terminal event of a run that has ended, as Postgres knows it; `run.answer` must be loaded."""
    if run.state == Run.State.DONE:
        return Done(run.answer.text, run.answer.citations)
    if run.state == Run.State.CANCELLED:
        return Stopped(run.answer.text, run.answer.citations)
    return Failed(run.error_code, run.answer.text) if run.state == Run.State.FAILED else None


def event_stream(request: HttpRequest, run: Run) -> StreamingHttpResponse:
    """The response that follows a run from `Last-Event-ID` on. Access was checked, `run.answer` must be loaded."""
    after = request.headers.get("Last-Event-ID", "")
    after = after if ENTRY.fullmatch(after) else START
    end = ending(run)
    language = get_language() or "en"
    frames = only(end, language) if end else follow(run.pk, after, language)
    return StreamingHttpResponse(frames, content_type="text/event-stream", headers=HEADERS)


def reply_stream(run: Run, accepted: dict[str, Any]) -> StreamingHttpResponse:
    """The reply to a message as the stream of its answer: `accepted` with what a JSON reply would say, then the run."""
    language = get_language() or "en"

    async def frames() -> AsyncIterator[bytes]:
        yield encode("accepted", orjson.dumps(accepted))
        async for frame in follow(run.pk, START, language):
            yield frame

    return StreamingHttpResponse(frames(), status=201, content_type="text/event-stream", headers=HEADERS)


async def only(event: Event, language: str) -> AsyncIterator[bytes]:
    """A stream of one event: the run has ended already."""
    yield Frame(event.name, orjson.dumps(event.data())).encode(language)


async def follow(run_id: str, after: str, language: str) -> AsyncIterator[bytes]:
    """Encoded frames of a live run, a comment line while nothing happens; failures are told in this language."""
    async with aclosing(hub().follow(run_id, after)) as frames:
        async for frame in frames:
            yield frame.encode(language) if frame else b": ping\n\n"


@dataclass(frozen=True, slots=True)
class Frame:
    """A ready frame and whether it is the last."""

    name: str
    data: bytes
    entry: str = ""

    def encode(self, language: str) -> bytes:
        """The bytes to send; a failure gets its sentence in the reader's language."""
        if self.name != Failed.name:
            return encode(self.name, self.data, self.entry)
        data = orjson.loads(self.data)
        with translation.override(language):
            data["message"] = failures.sentence(data["code"])
        return encode(self.name, orjson.dumps(data), self.entry)


@dataclass(slots=True)
class _Followed:
    """A run that somebody here follows."""

    last: str
    queues: set["asyncio.Queue[Frame | None]"] = field(default_factory=set)
    heard_at: float = field(default_factory=time.monotonic)
    sign_at: float = field(default_factory=time.monotonic)

    def hand_out(self, frame: Frame) -> None:
        self.heard_at = self.sign_at = time.monotonic()
        for queue in self.queues:
            queue.put_nowait(frame)

    def give_sign(self, now: float) -> None:
        """So that nothing between here and the browser takes the silence for an end."""
        if now - self.sign_at > PING_SECONDS:
            self.sign_at = now
            for queue in self.queues:
                queue.put_nowait(None)


class Hub:
    """The one reader of this event loop."""

    def __init__(self) -> None:
        self._runs: dict[str, _Followed] = {}
        self._client = redis.async_client()
        self._reader: asyncio.Task[None] | None = None
        self._question: asyncio.Task[None] | None = None

    async def follow(self, run_id: str, after: str = START) -> AsyncGenerator[Frame | None, None]:
        """Frames after the given entry until the terminal one; None when a sign of life is due."""
        queue: asyncio.Queue[Frame | None] = asyncio.Queue()
        followed = self._runs.setdefault(run_id, _Followed(last=after))
        missed_until = followed.last
        followed.queues.add(queue)
        self._start()
        try:
            for frame in await self._missed(run_id, after, missed_until):
                yield frame
                if frame.name in TERMINAL:
                    return
            while True:
                frame_or_sign = await queue.get()
                if frame_or_sign and frame_or_sign.entry and _order(frame_or_sign.entry) <= _order(after):
                    continue  # another follower here began further back
                yield frame_or_sign
                if frame_or_sign and frame_or_sign.name in TERMINAL:
                    return
        finally:
            followed.queues.discard(queue)
            if not followed.queues and self._runs.get(run_id) is followed:
                del self._runs[run_id]

    def _start(self) -> None:
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())

    async def _missed(self, run_id: str, after: str, until: str) -> list[Frame]:
        """What others here have read already and this follower has not."""
        if _order(after) >= _order(until):
            return []
        try:
            entries: Any = await self._client.xrange(key(run_id), min=f"({after}", max=until)
        except redis.Error:
            return []
        return [_frame(entry) for entry in entries]

    async def _read(self) -> None:
        """Until nobody follows anything: read all streams at once, hand out, rest for a tick."""
        looked_at = time.monotonic()
        while self._runs:
            try:
                if await self._read_once():
                    # More streams, longer rest: each reading then carries more entries for the same price.
                    await asyncio.sleep(min(0.12, 0.02 + 0.0004 * len(self._runs)))
            except redis.Error:
                await asyncio.sleep(0.5)
            except Exception:
                logger.exception("Followed runs could not be read")
                await asyncio.sleep(0.5)
            if time.monotonic() - looked_at > 1.0:
                looked_at = time.monotonic()
                self._look_after(looked_at)

    async def _read_once(self) -> int:
        streams: Any = {key(run_id): followed.last for run_id, followed in self._runs.items()}
        answer: Any = await self._client.xread(streams, block=BLOCK_MS)
        found = redis.stream_entries(answer)
        for name, entries in found.items():
            self._deliver(name.decode().split(":")[1], entries)
        return len(found)

    def _deliver(self, run_id: str, entries: list[redis.Entry]) -> None:
        followed = self._runs.get(run_id)
        if followed is None:
            return
        for entry in entries:
            frame = _frame(entry)
            followed.last = frame.entry
            followed.hand_out(frame)

    def _look_after(self, now: float) -> None:
        """Runs that have been silent may have ended while Redis was away: ask Postgres, and read on meanwhile."""
        for followed_one in self._runs.values():
            followed_one.give_sign(now)
        silent = [run_id for run_id, followed in self._runs.items() if now - followed.heard_at > SILENT_SECONDS]
        if silent and (self._question is None or self._question.done()):
            self._question = asyncio.create_task(self._ask_postgres(silent))

    async def _ask_postgres(self, run_ids: list[str]) -> None:
        for run_id, event in (await sync_to_async(_endings, thread_sensitive=False)(run_ids)).items():
            if followed := self._runs.get(run_id):
                followed.hand_out(Frame(event.name, orjson.dumps(event.data())))


def _endings(run_ids: list[str]) -> dict[str, Event]:
    try:
        runs = Run.objects.filter(pk__in=run_ids).exclude(state__in=Run.LIVE).select_related("answer")
        return {run.pk: event for run in runs if (event := ending(run))}
    except DatabaseError as error:
        logger.warning("Runs could not be asked for: %s", error)
        return {}
    finally:
        connections.close_all()


def _frame(entry: redis.Entry) -> Frame:
    identifier, fields = entry
    return Frame(fields[b"n"].decode(), fields[b"d"], identifier.decode())


def _order(entry: str) -> tuple[int, int]:
    milliseconds, _, sequence = entry.partition("-")
    return int(milliseconds), int(sequence or 0)


_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def hub() -> Hub:
    """The running loop's hub."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]

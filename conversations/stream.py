"""A run's events on a Redis stream: one writer a worker process, all its runs in one pipeline a tick.

Redis may lose everything at any moment. Entries after the first are added with NOMKSTREAM; when Redis says that the
stream is gone, or could not be reached, the writer starts it again with a snapshot of the whole text.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import orjson

from conversations.events import Event, Snapshot, Started, Text
from core import redis

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.04
RETRY_SECONDS = 0.5
LIVE_EXPIRES = 3600
ENDED_EXPIRES = 600


def key(run_id: str) -> str:
    """Where a run's events are."""
    return f"run:{run_id}:events"


@dataclass(slots=True)
class _Live:
    """A run that is being written: its waiting events and the text so far."""

    waiting: list[Event] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)
    is_new: bool = True


class Publisher:
    """Collects the events of all runs of this process and sends them in ticks, first pieces at once."""

    def __init__(self, connect: Callable[[], redis.Client] = redis.client) -> None:
        self._connect = connect
        self._runs: dict[str, _Live] = {}
        self._ended: list[tuple[str, list[Event]]] = []
        self._lock = threading.Lock()
        self._work = threading.Event()
        self._urgent = threading.Event()
        threading.Thread(target=self._loop, name="publisher", daemon=True).start()

    def open(self, run_id: str, attempt: int) -> None:
        """Begin an attempt: whatever an earlier one showed is taken back."""
        with self._lock:
            self._runs[run_id] = _Live(waiting=[Started(attempt), Snapshot("")])
        self._wake(urgent=False)

    def add(self, run_id: str, event: Event) -> None:
        """Send an event that is neither text nor the end."""
        with self._lock:
            if live := self._runs.get(run_id):
                live.waiting.append(event)
        self._wake(urgent=True)

    def add_text(self, run_id: str, text: str) -> None:
        """Send a piece of the answer; cheap and quick, called on the reading loop's thread."""
        with self._lock:
            live = self._runs.get(run_id)
            if live is None:
                return
            is_first = not live.pieces
            live.pieces.append(text)
            live.unsent.append(text)
        self._wake(urgent=is_first)

    def close(self, run_id: str, *last: Event) -> None:
        """Send the last events; the final one is terminal."""
        with self._lock:
            live = self._runs.pop(run_id, None)
            waiting = _take(live) if live else []
            self._ended.append((run_id, [*waiting, *last]))
        self._wake(urgent=False)

    def forget(self, run_id: str) -> None:
        """Send nothing more: the run belongs to another attempt."""
        with self._lock:
            self._runs.pop(run_id, None)

    def _wake(self, *, urgent: bool) -> None:
        if urgent:
            self._urgent.set()
        self._work.set()

    def _loop(self) -> None:
        while True:
            self._work.wait()
            # A first piece goes at once; all others wait for the tick, so that one pipeline carries many.
            self._urgent.wait(timeout=TICK_SECONDS)
            self._work.clear()
            self._urgent.clear()
            self._flush()

    def _flush(self) -> None:
        with self._lock:
            batch = [(run_id, live, _take(live)) for run_id, live in self._runs.items() if live.waiting or live.unsent]
            ended, self._ended = self._ended, []
        try:
            self._send(batch, ended)
        except redis.Error as error:
            # What has ended is not kept: followers who hear nothing ask Postgres.
            logger.warning("Events wait for Redis: %s", error)
            time.sleep(RETRY_SECONDS)
            for _, live, _events in batch:
                self._heal(live)
        except Exception:
            logger.exception("Events were lost")  # the thread serves all runs and must outlive one of them

    def _send(self, batch: list[tuple[str, _Live, list[Event]]], ended: list[tuple[str, list[Event]]]) -> None:
        pipeline = self._connect().pipeline(transaction=False)
        writers: list[_Live | None] = []
        for run_id, live, events in batch:
            is_new, live.is_new = live.is_new, False
            for event in events:
                _append(pipeline, run_id, event, create=is_new)
                writers.append(live)
            if is_new:
                pipeline.expire(key(run_id), LIVE_EXPIRES)
                writers.append(None)
        for run_id, events in ended:
            for event in events:
                _append(pipeline, run_id, event, create=True)
            pipeline.expire(key(run_id), ENDED_EXPIRES)
        results = pipeline.execute()
        gone = {id(live): live for live, entry in zip(writers, results, strict=False) if live and entry is None}
        for live in gone.values():
            self._heal(live)

    def _heal(self, live: _Live) -> None:
        """The stream is lost or out of reach: begin it again with all the text there is."""
        with self._lock:
            live.is_new = True
            live.unsent.clear()
            live.waiting.append(Snapshot("".join(live.pieces)))
        self._wake(urgent=True)


def _take(live: _Live) -> list[Event]:
    """What is to be sent now, text pieces joined; the caller holds the lock."""
    events = live.waiting
    if live.unsent:
        events = [*events, Text("".join(live.unsent))]
    live.waiting, live.unsent = [], []
    return events


def _append(pipeline: Any, run_id: str, event: Event, *, create: bool) -> None:
    fields: Any = {"n": event.name, "d": orjson.dumps(event.data())}
    pipeline.xadd(key(run_id), fields, nomkstream=not create)


@cache
def publisher() -> Publisher:
    """The one writer of this process."""
    return Publisher()

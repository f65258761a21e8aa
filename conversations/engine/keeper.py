"""Keeps the runs of this worker process alive in Postgres, and stops those that must stop.

One query twice a second asks for all of them at once; one update every few seconds is their sign of life.
"""

import logging
import threading
import time
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.models.functions import Now

from backends.base import StreamHandle
from conversations.models import Run

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
# Signs of life in the time after which a run is given up for lost
BEATS = 4


@dataclass(slots=True)
class Kept:
    """A run in this process. `reason` says why its handle was cancelled: stopped, timeout or taken."""

    attempt: int
    handle: StreamHandle
    deadline: float
    reason: str = ""

    def end(self, reason: str) -> None:
        """Cancel once, for the first reason given."""
        self.reason = self.reason or reason
        self.handle.cancel()


class Keeper:
    """A thread that looks after the live runs of this process."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}
        self._lock = threading.Lock()
        threading.Thread(target=self._loop, name="keeper", daemon=True).start()

    def keep(self, run_id: str, attempt: int) -> Kept:
        """Begin to look after a run."""
        kept = Kept(attempt, StreamHandle(), time.monotonic() + settings.RUN_MAX_SECONDS)
        with self._lock:
            earlier = self._kept.get(run_id)
            self._kept[run_id] = kept
        if earlier:
            earlier.end("taken")
        return kept

    def release(self, run_id: str, kept: Kept) -> bool:
        """The attempt has ended here; False when a newer one in this process is being looked after."""
        with self._lock:
            is_newest = self._kept.get(run_id) is kept
            if is_newest:
                del self._kept[run_id]
        return is_newest

    def _loop(self) -> None:
        beat_at = 0.0
        while True:
            time.sleep(LOOK_SECONDS)
            with self._lock:
                kept = dict(self._kept)
            if not kept:
                continue
            try:
                self._look(kept)
                if time.monotonic() - beat_at > settings.RUN_SILENT_SECONDS / BEATS:
                    beat_at = time.monotonic()
                    mine = [run_id for run_id, run in kept.items() if run.reason != "taken"]
                    Run.objects.filter(pk__in=mine, state=Run.State.RUNNING).update(heartbeat_at=Now())
            except DatabaseError as error:
                logger.warning("Runs could not be looked after: %s", error)
            except Exception:
                logger.exception("Runs were not looked after")  # without this thread all of them would be lost
            finally:
                connections.close_all()

    def _look(self, kept: dict[str, Kept]) -> None:
        now = time.monotonic()
        for run in kept.values():
            if now > run.deadline:
                run.end("timeout")
        rows = Run.objects.filter(pk__in=kept, state=Run.State.RUNNING)
        asked = {(pk, attempt): at for pk, attempt, at in rows.values_list("pk", "attempt", "stop_asked_at")}
        for run_id, run in kept.items():
            if (run_id, run.attempt) not in asked:
                run.end("taken")
            elif asked[run_id, run.attempt]:
                run.end("stopped")


@cache
def keeper() -> Keeper:
    """The one keeper of this process."""
    return Keeper()

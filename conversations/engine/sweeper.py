"""Finds runs that a dead worker or an emptied Redis lost, and puts them back; gives up after a few attempts."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now
from django.utils import timezone

from conversations.engine.loop import Outcome, finish
from conversations.models import Run

MAX_ATTEMPTS = 3


def sweep(enqueue: Callable[[str], None]) -> int:
    """Put lost runs back into the queue; gives how many were found."""
    queued_for = timedelta(seconds=settings.RUN_QUEUED_SECONDS)
    silent_for = timedelta(seconds=settings.RUN_SILENT_SECONDS)
    lost = list(Run.objects.lost(queued_for=queued_for, silent_for=silent_for).select_related("answer")[:1000])
    for run in lost:
        if run.state == Run.State.RUNNING and run.stop_asked_at:
            finish(run, Outcome(Run.State.CANCELLED))
        elif run.state == Run.State.RUNNING and run.attempt >= MAX_ATTEMPTS:
            finish(run, Outcome(Run.State.FAILED, code="lost"))
        elif _put_back(run):
            enqueue(run.pk)
    return len(lost)


def forget_addresses(window: timedelta) -> int:
    """Drop the address hashes of runs that no limit counts any more."""
    old = Run.objects.filter(queued_at__lt=timezone.now() - window).exclude(address_hash="")
    return old.update(address_hash="")


def _put_back(run: Run) -> bool:
    """Only while the row is as it was found: its worker may have come back meanwhile."""
    same = Run.objects.filter(pk=run.pk, state=run.state, attempt=run.attempt, heartbeat_at=run.heartbeat_at)
    return bool(same.update(state=Run.State.QUEUED, queued_at=Now()))

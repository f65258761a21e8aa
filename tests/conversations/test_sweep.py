"""Runs that nobody works on any more."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from assistants.models import Assistant
from conversations.engine import sweeper
from conversations.models import Run
from tests.conversations.made import begun, known

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(person: User, assistant: Assistant) -> Run:
    return begun(known(person), assistant).run


def make(run: Run, **facts: object) -> None:
    Run.objects.filter(pk=run.pk).update(**facts)


def ago(seconds: float) -> object:
    return timezone.now() - timedelta(seconds=seconds)


def sweep() -> list[str]:
    """Sweep; gives what was handed to the workers."""
    queued: list[str] = []
    sweeper.sweep(queued.append)
    return queued


def test_a_run_that_waits_too_long_for_a_worker_is_handed_out_again(run: Run) -> None:
    make(run, queued_at=ago(9))
    assert sweep() == [run.pk]
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("queued", 0)
    assert sweep() == []


def test_a_run_whose_worker_fell_silent_is_put_back(run: Run) -> None:
    make(run, state="running", attempt=1, heartbeat_at=ago(13))
    assert sweep() == [run.pk]
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("queued", 1)


def test_runs_that_are_well_are_left_alone(run: Run) -> None:
    make(run, queued_at=ago(7))
    assert sweep() == []
    make(run, state="running", attempt=1, queued_at=ago(500), heartbeat_at=ago(11))
    assert sweep() == []


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_runs_that_have_ended_are_left_alone(run: Run, state: str) -> None:
    make(run, state=state, queued_at=ago(999), heartbeat_at=ago(999))
    assert sweep() == []


def test_after_three_attempts_the_run_is_given_up(run: Run) -> None:
    make(run, state="running", attempt=3, heartbeat_at=ago(13))
    assert sweep() == []
    run.refresh_from_db()
    assert (run.state, run.error_code) == ("failed", "lost")
    assert run.finished_at is not None


def test_a_run_that_waits_is_never_given_up(run: Run) -> None:
    make(run, attempt=3, queued_at=ago(9999))
    assert sweep() == [run.pk]


def test_a_worker_that_comes_back_meanwhile_keeps_its_run(run: Run) -> None:
    make(run, state="running", attempt=1, heartbeat_at=ago(13))
    found = Run.objects.get()
    make(run, heartbeat_at=timezone.now())
    assert not sweeper._put_back(found)
    run.refresh_from_db()
    assert run.state == "running"


def test_the_times_can_be_set(run: Run, settings: Settings) -> None:
    settings.RUN_QUEUED_SECONDS = 2
    make(run, queued_at=ago(3))
    assert sweep() == [run.pk]

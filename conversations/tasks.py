"""What workers do for conversations: each task takes ids and calls one verb of the engine."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from conversations import limits
from conversations.engine import loop, sweeper, titles

logger = logging.getLogger(__name__)


@shared_task
def execute_run(run_id: str) -> None:
    """Answer a run."""
    loop.execute(run_id)


@shared_task
def improve_title(conversation_id: str) -> None:
    """Give a conversation its title."""
    titles.improve(conversation_id)


@shared_task
def sweep_runs() -> None:
    """Put back what was lost."""
    sweeper.sweep(enqueue_run)


@shared_task
def forget_addresses() -> None:
    """Drop what no limit counts any more."""
    sweeper.forget_addresses(limits.window())


def enqueue_run(run_id: str) -> None:
    """Hand a committed run to the workers; while Redis is away it waits in Postgres for the sweeper."""
    try:
        execute_run.delay(run_id)
    except OperationalError as error:
        logger.warning("Run %s waits for Redis: %s", run_id, error)

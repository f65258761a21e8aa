"""What workers do for assistants: each task takes ids and calls one verb of the knowledge rooms."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from assistants import sweeper
from assistants.knowledge import index

logger = logging.getLogger(__name__)


@shared_task
def read_file(file_id: str) -> None:
    """Read a file and index its passages."""
    index.index_file(file_id)


@shared_task
def sweep_files() -> None:
    """Put back the files that a dead worker or an emptied Redis lost, and those of a former embedding model."""
    for file_id in [*sweeper.put_back_lost(), *index.queue_outdated()]:
        enqueue_read(file_id)


def enqueue_read(file_id: str) -> None:
    """Hand a committed file to the workers; while Redis is away it waits in Postgres for the sweeper."""
    try:
        read_file.delay(file_id)
    except OperationalError as error:
        logger.warning("File %s waits for Redis: %s", file_id, error)

"""What a worker process does once, when it is up: pay for imports and connections before the first person does."""

from celery.signals import worker_ready

from backends import registry
from conversations.engine.keeper import keeper
from conversations.stream import publisher
from core import health


def connect() -> None:
    """Have Celery call `warm_up` in each worker."""
    worker_ready.connect(warm_up, dispatch_uid="conversations.worker")


def warm_up(**_kwargs: object) -> None:
    """Import the model client, start the reading loop, the writer, the keeper and the pulse."""
    registry.warm_up()
    publisher()
    keeper()
    health.keep_marking("worker")

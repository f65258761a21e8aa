from collections.abc import Iterator

import pytest

from config.celery import app


@pytest.fixture
def unreachable_broker() -> Iterator[None]:
    """Nobody answers where Redis should be."""
    address = app.conf.broker_write_url or app.conf.broker_url
    _send_to("redis://127.0.0.1:1/0")
    yield
    _send_to(address)


def _send_to(address: str) -> None:
    """Celery keeps the producers it made; they go with the address."""
    app.conf.broker_write_url = address
    app.amqp._producer_pool = None

"""Which parts work, as /healthz tells it."""

import time

import pytest
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from assistants import offers as offered
from assistants.models import Offer
from core import health, redis
from tests.conversations.made import until
from tests.stack import Stack

PARTS = ["database", "redis", "worker", "beat", "model backend"]


@pytest.fixture
def well(db: None, offers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """All parts work; worker and beat have just said so, and nothing is remembered of the model."""
    monkeypatch.setattr(offered, "_answering", None)
    for part in ("worker", "beat"):
        health.mark(part)


def parts(client: Client) -> dict[str, str]:
    reply = client.get("/healthz")
    body = reply.json()
    assert (reply.status_code == 200) == (body["status"] == "ok") == (set(body["parts"].values()) == {"ok"})
    assert reply.status_code in (200, 503)
    found: dict[str, str] = body["parts"]
    return found


def down(client: Client) -> list[str]:
    return [part for part, state in parts(client).items() if state == "down"]


def test_all_parts_are_named(client: Client, well: None) -> None:
    assert parts(client) == dict.fromkeys(PARTS, "ok")


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_who_gives_no_sign_of_life_is_down(client: Client, well: None, part: str) -> None:
    redis.client().delete(f"pulse:{part}")
    assert down(client) == [part]


def test_a_sign_of_life_fades(well: None) -> None:
    assert 0 < redis.client().ttl("pulse:worker") <= health.EXPIRES_SECONDS


def test_without_redis_nobody_can_give_a_sign(client: Client, well: None, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    redis.client.cache_clear()
    try:
        assert down(client) == ["redis", "worker", "beat"]
    finally:
        redis.client.cache_clear()


def test_a_missing_database_is_told_at_once(client: Client, well: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {})
    start = time.monotonic()
    assert down(client) == ["database", "model backend"]
    assert time.monotonic() - start < 3


def test_a_model_that_does_not_answer_is_down(client: Client, well: None) -> None:
    Offer.objects.update(base_url="http://127.0.0.1:9/v1")
    assert down(client) == ["model backend"]


def test_being_alive_asks_nobody(client: Client) -> None:
    assert client.get("/livez").json() == {"status": "ok"}


def test_the_real_processes_give_signs_of_life(stack: Stack, client: Client) -> None:
    until(lambda: down(client) == [], seconds=30)

"""Connections to Redis. Redis may vanish at any moment: callers treat `redis.RedisError` as weather, not as a bug."""

from functools import cache
from typing import Any

import redis
import redis.asyncio
from django.conf import settings

Client = redis.Redis
AsyncClient = redis.asyncio.Redis
Error = redis.RedisError
Entry = tuple[bytes, dict[bytes, bytes]]


@cache
def client() -> "redis.Redis":
    """The process's shared client, safe for threads; values are bytes."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=5)


def async_client() -> "redis.asyncio.Redis":
    """A fresh client that belongs to the running event loop."""
    return redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=10)


def stream_entries(answer: Any) -> dict[bytes, list[Entry]]:
    """What XREAD answered, by stream. Its shape depends on the protocol that the address asks for."""
    pairs = answer.items() if isinstance(answer, dict) else answer or []
    return {name: _flat(entries) for name, entries in pairs}


def _flat(entries: Any) -> list[Entry]:
    """RESP3 nests a stream's entries once more than RESP2."""
    is_nested = entries and isinstance(entries[0], list) and isinstance(entries[0][0], tuple)
    return list(entries[0] if is_nested else entries)

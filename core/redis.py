"""Connections to Redis. Redis may vanish at any moment: callers treat `redis.RedisError` as weather, not as a bug."""

from functools import cache

import redis
import redis.asyncio
from django.conf import settings

Client = redis.Redis
AsyncClient = redis.asyncio.Redis
Error = redis.RedisError


@cache
def client() -> "redis.Redis":
    """The process's shared client, safe for threads; values are bytes."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=5)


def async_client() -> "redis.asyncio.Redis":
    """A fresh client that belongs to the running event loop."""
    return redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=10)

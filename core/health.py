"""Which parts of the instance work right now."""

import contextlib
import threading
import time
from collections.abc import Callable

import psycopg
from django.db import connection

from core import redis

EXPIRES_SECONDS = 20
Check = Callable[[], bool]
_checks: dict[str, Check] = {}


def register(part: str, check: Check) -> None:
    """An upper floor adds a part by a function that says whether it works; it must not raise."""
    _checks[part] = check


def mark(part: str) -> None:
    """Say that a part is alive; the mark fades by itself."""
    redis.client().set(f"pulse:{part}", int(time.time()), ex=EXPIRES_SECONDS)


def report() -> dict[str, str]:
    """Each part with `ok` or `down`. What upper floors registered may need the database and is down with it."""
    is_up = {"database": _database(), "redis": _redis(), "worker": _marked("worker"), "beat": _marked("beat")}
    is_up |= {part: is_up["database"] and check() for part, check in _checks.items()}
    return {part: "ok" if up else "down" for part, up in is_up.items()}


def keep_marking(part: str, seconds: float = 3) -> threading.Thread:
    """Mark a part from a thread of its own for as long as the process lives."""

    def beat() -> None:
        while True:
            # while Redis is away /healthz says so, and the mark returns with it
            with contextlib.suppress(redis.Error):
                mark(part)
            time.sleep(seconds)

    thread = threading.Thread(target=beat, name=f"pulse-{part}", daemon=True)
    thread.start()
    return thread


def _database() -> bool:
    """Asked on a connection of its own: the pool would wait for half a minute."""
    try:
        with psycopg.connect(**{**connection.get_connection_params(), "connect_timeout": 2}) as asked:
            asked.execute("select 1")
    except psycopg.Error:
        return False
    return True


def _redis() -> bool:
    try:
        return bool(redis.client().ping())
    except redis.Error:
        return False


def _marked(part: str) -> bool:
    try:
        return bool(redis.client().exists(f"pulse:{part}"))
    except redis.Error:
        return False

"""Which parts of the instance work right now."""

import contextlib
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, connection

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
    """Each part with `ok` or `down`."""
    checks: dict[str, Check] = {
        "database": _database,
        "redis": _redis,
        "worker": lambda: _marked("worker"),
        "beat": lambda: _marked("beat"),
        **_checks,
    }
    return {part: "ok" if check() else "down" for part, check in checks.items()}


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
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
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

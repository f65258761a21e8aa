"""A value that is asked for often and may be a little old."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """What `read` gave, for some seconds; an error is not remembered.

    Threads that find nothing each read for themselves: whoever holds a database connection must not wait for a thread
    that may be waiting for one.
    """

    def __init__(self, read: Callable[[], T], seconds: float) -> None:
        self._read = read
        self._seconds = seconds
        self._kept: tuple[float, T] | None = None

    def get(self) -> T:
        """The value, read again when it is too old."""
        kept = self._kept
        if kept and kept[0] > time.monotonic():
            return kept[1]
        found = self._read()
        self._kept = (time.monotonic() + self._seconds, found)
        return found

    def forget(self) -> None:
        """Let the next call read again."""
        self._kept = None

"""What must go with a person beyond their rows. Floors above register how they erase it."""

from collections.abc import Callable

from accounts.models import User

Eraser = Callable[[User], None]
_erasers: list[Eraser] = []


def register(eraser: Eraser) -> None:
    """Called once by an app's `ready`. The eraser runs before the rows go, in the same transaction."""
    _erasers.append(eraser)


def erase(user: User) -> None:
    """Let every app erase what the database's cascade does not reach, such as files."""
    for eraser in _erasers:
        eraser(user)

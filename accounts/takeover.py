"""What a guest leaves behind when they sign in. Floors above register how they hand it over."""

from collections.abc import Callable

from django.http import HttpRequest

from accounts.models import User

Taker = Callable[[HttpRequest, User], None]
_takers: list[Taker] = []


def register(taker: Taker) -> None:
    """Called once by an app's `ready`; the taker must be idempotent."""
    _takers.append(taker)


def take_over(request: HttpRequest, user: User) -> None:
    """Give the person what they made as a guest in this browser."""
    for taker in _takers:
        taker(request, user)

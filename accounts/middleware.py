"""The language and the time zone of the person who asks."""

import zoneinfo
from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation


class LanguageMiddleware:
    """The profile beats the browser. A request without a session cookie costs nothing here."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if self.is_async:
            return self._answer(request)
        follow(request.user if _has_session(request) else None)
        return self.get_response(request)

    async def _answer(self, request: HttpRequest) -> Any:
        if _has_session(request):
            # Kept as the request's user, so that synchronous code further in does not ask the database again.
            request.user = await request.auser()
            follow(request.user)
        else:
            follow(None)
        return await self.get_response(request)


def follow(person: Any) -> None:
    """Speak the person's language and tell their time; for anyone else leave the browser's and the instance's."""
    if language := getattr(person, "language", ""):
        translation.activate(language)
    if name := getattr(person, "time_zone", ""):
        timezone.activate(zoneinfo.ZoneInfo(name))
    else:
        timezone.deactivate()  # a thread may still tell the time of the person before


def _has_session(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES

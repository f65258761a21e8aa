"""Whether the instance is alive and well."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from core import health


@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """The web process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """A state per part; 200 only when all work."""
    parts = health.report()
    is_well = set(parts.values()) == {"ok"}
    body = {"status": "ok" if is_well else "down", "parts": parts}
    response = JsonResponse(body, status=200 if is_well else 503)
    response._has_been_logged = True  # type: ignore[attr-defined]  # asked every second while starting: no news for the log
    return response

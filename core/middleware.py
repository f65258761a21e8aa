"""The web door's translation of our one family of errors."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render

from core.errors import AppError
from core.requests import wants_json


class CompressPages(GZipMiddleware):
    """Compresses pages alone: an event stream must not wait in a compressor, static files are compressed already."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Django's own compression, with its random padding against BREACH."""
        is_page = not response.streaming and response.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response


class ErrorMiddleware:
    """Turns an AppError that escapes a view into JSON where JSON was asked for, else into a page."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        # Postgres keeps no NUL, so nothing is found by one.
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Other exceptions go on to Django's own handling."""
        if not isinstance(error, AppError):
            return None
        if wants_json(request):
            response: HttpResponse = JsonResponse(error_body(error), status=error.status)
        else:
            response = render(request, "error.html", {"error": error}, status=error.status)
        if error.retry_after:
            response["Retry-After"] = str(error.retry_after)
        return response


def error_body(error: AppError) -> dict[str, Any]:
    """The one JSON shape of an error."""
    found = {"code": error.code, "message": str(error), "field": error.field, "retry_after": error.retry_after}
    return {"error": {name: value for name, value in found.items() if value is not None}}

"""Reading what a browser or a program posted."""

import json

from django.http import HttpRequest


def posted_text(request: HttpRequest) -> str:
    """The `text` of a form or of a JSON object; empty when there is none."""
    if request.content_type != "application/json":
        return str(request.POST.get("text", ""))
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        return ""
    text = body.get("text") if isinstance(body, dict) else None
    return text if isinstance(text, str) else ""


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller asked for JSON rather than a page."""
    return "application/json" in request.headers.get("Accept", "") or request.content_type == "application/json"


def wants_stream(request: HttpRequest) -> bool:
    """Whether the caller would follow the answer on the same connection."""
    return "text/event-stream" in request.headers.get("Accept", "")

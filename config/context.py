"""What every page may need to know about the instance."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """`is_offline`: the demonstration model answers here. `theme`: what the person chose, or nothing."""
    theme = request.COOKIES.get("theme", "")
    return {
        "is_offline": settings.OFFLINE_MODEL,
        "theme": theme if theme in {"light", "dark"} else "",
        "site_url": settings.SITE_URL,
        "guests_allowed": settings.GUESTS_ALLOWED,
        "signup_open": settings.SIGNUP_OPEN,
    }

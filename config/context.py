"""What every page may need to know about the instance."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from assistants import offers


def site(request: HttpRequest) -> dict[str, object]:
    """`is_offline`: the default model is the demonstration. `theme`: what the person chose, or nothing.

    The table of models is read only for a page that says it.
    """
    theme = request.COOKIES.get("theme", "")
    return {
        "is_offline": SimpleLazyObject(_is_offline),
        "theme": theme if theme in {"light", "dark"} else "",
        "site_url": settings.SITE_URL,
        "guests_allowed": settings.GUESTS_ALLOWED,
        "signup_open": settings.SIGNUP_OPEN,
    }


def _is_offline() -> bool:
    offer = offers.find("")
    return bool(offer and offer.is_offline)

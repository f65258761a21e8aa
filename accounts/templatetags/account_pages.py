"""Parts of the account's pages: fields that say what is wrong, and the names of browsers."""

import re
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext

register = template.Library()

# The first that matches names the browser: others call themselves by the names further down too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X|Macintosh", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def device(user_agent: str) -> str:
    """`Firefox, Linux` from what a browser says of itself."""
    found = [_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)]
    return ", ".join(name for name in found if name) or gettext("Unknown browser")


@register.filter
def is_handheld(user_agent: str) -> bool:
    """Whether to draw a phone or a screen beside it."""
    return bool(re.search("iPhone|iPad|Android|Mobile", user_agent))


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for pattern, name in names if re.search(pattern, user_agent)), "")


@register.simple_tag
def sends_mail() -> bool:
    """Whether messages leave this instance, or wait in a folder for its administrator."""
    return not settings.EMAIL_BACKEND.endswith(".filebased.EmailBackend")


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's control in our look: no placeholder in place of a label, and the first wrong one takes the focus."""
    attrs: dict[str, Any] = {"class": "input", "placeholder": False}
    wrong = [name for name in field.form.fields if name in field.form.errors]
    if wrong and wrong[0] == field.name:
        attrs["autofocus"] = True
    return field.as_widget(attrs=attrs)

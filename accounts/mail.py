"""E-mails: one text for each, in the reader's language, and an HTML body drawn from it.

Paragraphs are separated by an empty line. A paragraph of two lines whose second is an address becomes a button that
carries the first; one that is only a code stands large.
"""

import re
from typing import TypedDict

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User

BUTTON = re.compile(r"^(?P<label>[^\n]+?) ?:?\n(?P<url>https?://\S+)$")


class Block(TypedDict):
    """A paragraph, as the HTML template draws it."""

    kind: str
    lines: list[str]
    label: str
    url: str


def language_of(email: str, user: User | None) -> str:
    """The reader's language: the profile's, else that of the page they are on."""
    person = user or User.objects.filter(email=email.lower()).first()
    return (person.language if person else "") or translation.get_language() or settings.LANGUAGE_CODE


def to_html(subject: str, text: str) -> str:
    """The same message with our look; every word of it is escaped by the template."""
    body, _dashes, _foot = text.partition("\n-- \n")
    blocks = [_block(paragraph.strip()) for paragraph in body.split("\n\n") if paragraph.strip()]
    context = {"subject": subject, "blocks": blocks, "site_url": settings.SITE_URL}
    return render_to_string("account/email/layout.html", context)


def _block(paragraph: str) -> Block:
    if match := BUTTON.match(paragraph):
        return Block(kind="button", lines=[], label=match["label"], url=match["url"])
    return Block(kind="text", lines=paragraph.split("\n"), label="", url="")

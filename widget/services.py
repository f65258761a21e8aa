"""Embeds and the visitors who come through them."""

import re

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

from assistants.models import Assistant
from conversations.services import new_visitor
from core.errors import AppError
from widget.models import Embed

SALT = "widget.visitor"
TOKEN_SECONDS = 60 * 60 * 24
MAX_ORIGINS = 50
ORIGIN_CHARS = 200
ORIGIN = re.compile(r"^https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$")


def create_embed(*, assistant: Assistant, origins: str) -> Embed:
    """Let these websites show the assistant."""
    return Embed.objects.create(assistant=assistant, origins=parse_origins(origins))


def update_embed(*, embed: Embed, origins: str, is_enabled: bool) -> Embed:
    """Change which websites may show it, or switch it off."""
    embed.origins, embed.is_enabled = parse_origins(origins), is_enabled
    embed.save(update_fields=["origins", "is_enabled"])
    return embed


def parse_origins(text: str) -> list[str]:
    """One origin a line, such as https://www.example.org; AppError names the line that isn't one."""
    lines = list(dict.fromkeys(line.strip().lower().rstrip("/") for line in text.split() if line.strip()))
    if len(lines) > MAX_ORIGINS:
        message = _("At most %(limit)s websites; these are %(count)s.")
        raise AppError(message % {"limit": MAX_ORIGINS, "count": len(lines)}, field="origins")
    for line in lines:
        if len(line) > ORIGIN_CHARS or not ORIGIN.match(line):
            message = _("“%(line)s” is not a website's origin. Write it like https://www.example.org, without a path.")
            raise AppError(message % {"line": line}, field="origins")
    return lines


def new_token(embed: Embed, visitor_id: str | None = None) -> str:
    """A signed token for a visitor of this embed, new unless named; it is kept in the frame, never in a cookie."""
    return signing.dumps([embed.pk, visitor_id or new_visitor().pk], salt=SALT)


def visitor_of(token: str, embed_id: str) -> str | None:
    """The visitor that a token speaks for; none when it is forged, too old or of another embed."""
    try:
        found_embed, visitor_id = signing.loads(token, salt=SALT, max_age=TOKEN_SECONDS)
    except (signing.BadSignature, ValueError):
        return None
    return visitor_id if found_embed == embed_id and settings.GUESTS_ALLOWED else None

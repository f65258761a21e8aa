"""The address of an assistant, made from its name."""

from itertools import count

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from assistants.models import Assistant

SLUG_LENGTH = 70  # leaves room for a number behind it

SPELLED_OUT = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})


def take_slug(assistant: Assistant, name: str) -> None:
    """The name as an address, with a number behind it where it is taken; a name without letters changes nothing."""
    wanted = slugify(name.lower().translate(SPELLED_OUT))[:SLUG_LENGTH].strip("-")
    candidates = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1)) if wanted else iter(())
    slug = next((slug for slug in candidates if slug == assistant.slug or _claim_slug(assistant, slug)), assistant.slug)
    assistant.slug = slug


def _claim_slug(assistant: Assistant, slug: str) -> bool:
    if Assistant.objects.filter(slug=slug).exists():
        return False
    try:
        with transaction.atomic():
            return bool(Assistant.objects.filter(pk=assistant.pk).update(slug=slug))
    except IntegrityError:
        return False  # somebody took it a moment ago

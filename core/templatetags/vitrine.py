"""Template tags of the look: icons, figurines, plates, catalogue numbers, marked words. Loaded in every template."""

import unicodedata
from typing import Protocol

from django import template
from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import Message
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core import figurine as figurines

register = template.Library()


class Portrayed(Protocol):
    """What a plate shows: an id to draw, and the creator's picture when there is one."""

    id: str
    avatar_url: str


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A lucide icon from the sprite; `size` is `s` (14 px), nothing (18 px) or `l` (24 px). Never the only label."""
    href = f"{static('icons.svg')}#{name}"
    return format_html('<svg class="i {}" aria-hidden="true"><use href="{}"/></svg>', size, href)


@register.simple_tag
def figurine(seed: str) -> SafeString:
    """The drawing alone, to stand inside an element that carries `data-cat`."""
    return mark_safe(figurines.draw(seed))  # noqa: S308 made of our own numbers; the seed is not in it


@register.simple_tag
def plate(assistant: Portrayed, size: str = "", field: str = "") -> SafeString:
    """The square with the figure or the creator's picture; `size` is xs, sm, nothing (64 px), md, lg or xl."""
    if assistant.avatar_url:
        inside = format_html(
            '<img src="{}" alt="" width="96" height="96" loading="lazy">',
            assistant.avatar_url,
        )
    else:
        inside = figurine(assistant.id)
    return format_html('<span class="plate {}" data-cat="{}">{}</span>', size, field, inside)


@register.simple_tag(takes_context=True)
def flashes(context: template.Context) -> list[Message]:
    """What Django has to say after a form, whatever the page itself calls `messages`."""
    request = context.get("request")
    return list(get_messages(request)) if request else []


@register.filter
def catalogue(number: int) -> str:
    """A listing's permanent number as it is lettered on the glass: Nº 0017."""
    return f"Nº {number:04d}"


@register.filter
def marked(text: str, query: str) -> SafeString:
    """The text with the letters that begin like a searched word in `<mark>`; accents and case don't count."""
    sought = [word for word in _fold(query).split() if len(word) > 1]
    words = (_split_match(word, sought) for word in text.split(" "))
    pieces = (format_html("<mark>{}</mark>{}", head, rest) if head else rest for head, rest in words)
    return format_html_join(" ", "{}", ((piece,) for piece in pieces))


def _split_match(word: str, sought: list[str]) -> tuple[str, str]:
    """The beginning of the word that was searched, and the rest of it."""
    start = len(word) - len(word.lstrip("«“\"'(’"))
    folded = _fold(word)
    if len(folded) != len(word):  # a ligature or a split accent: the letters no longer stand at the same places
        return ("", word)
    length = max((len(part) for part in sought if folded.startswith(part, start)), default=0)
    return (word[: start + length], word[start + length :]) if length else ("", word)


def _fold(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))

"""Filters for a passage's heading, which is a path such as `Guide › Chapter 2 › Storage`."""

from django import template

register = template.Library()
SEPARATOR = " › "


@register.filter
def deepest(path: str) -> str:
    """The heading that stands right above the passage."""
    return path.rpartition(SEPARATOR)[2]


@register.filter
def above(path: str) -> str:
    """The headings that lead to it."""
    return path.rpartition(SEPARATOR)[0]

"""The categories that a creator may choose. The shelves stand in the store, a floor above, which fills this in."""

from collections.abc import Callable
from typing import NamedTuple


class Category(NamedTuple):
    """A shelf as the builder shows it: its label in the reader's language, and the field of colours (`data-cat`)."""

    slug: str
    label: str
    field: str = ""


Source = Callable[[], list[tuple[str, ...]]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Called once by an app's `ready`; the source gives (slug, label) or (slug, label, field), in shelf order."""
    _sources.append(source)


def choices() -> list[Category]:
    """Every category, in the reader's language."""
    return [Category(*row) for source in _sources for row in source()]


def field_of(slug: str) -> str:
    """The field of colours that a category lends to its figurines."""
    return next((category.field or category.slug for category in choices() if category.slug == slug), slug)

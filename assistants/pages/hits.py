"""Passages that a question found."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from assistants.knowledge.search import Found


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a question found, as 'Ask the files' shows it."""

    score: float
    where: str
    body: str


def hit(found: Found) -> Hit:
    """Where it stands in a few words, and what it says without the marks of Markdown."""
    page = _("p. %(page)s") % {"page": found.page} if found.page else ""
    heading = found.heading.rpartition(" › ")[2]
    where = " · ".join(part for part in (found.file_name, page, heading) if part)
    return Hit(found.score, where, found.body.replace("**", "").replace("`", ""))

"""What went wrong with a file, said to the person who uploaded it, and what to do about it."""

from collections.abc import Mapping
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from assistants.knowledge.extract.blocks import Problem

EMBEDDING_UNAVAILABLE = "embedding_unavailable"
BASE_FULL = "base_full"
MISSING = "missing"
LOST = "lost"
INTERNAL = "internal"

KINDS = {"pdf": "PDF", "docx": "Word", "pptx": "PowerPoint", "sheet": "Excel", "csv": "CSV", "html": "HTML"}
MISNAMED = _("This is not a %(claimed)s file, whatever its name says. Export it again and upload that.")
MESSAGES = {
    Problem.LOCKED: _("This file is locked with a password. Remove the password and upload it again."),
    Problem.NO_TEXT: _("No text was found, only images. If it is a scan, run text recognition on it first."),
    Problem.EMPTY: _("This file is empty."),
    Problem.TOO_BIG: _("This file is larger than %(limit)s. Split it and upload the parts."),
    Problem.TOO_MANY_PAGES: _("This file has %(pages)s pages; the most is %(limit)s. Split it and upload the parts."),
    Problem.TOO_MUCH_TEXT: _("This file holds more text than one file may. Split it and upload the parts."),
    Problem.ZIP_BOMB: _("This file unpacks to far more than its size suggests, so it was not opened."),
    Problem.WRONG_TYPE: _(
        "This kind of file cannot be read. PDF, Word, PowerPoint, Excel, CSV, HTML, Markdown, text and code can."
    ),
    Problem.UNREADABLE: _("This file is damaged and cannot be read. Save or export it again and try once more."),
    Problem.TIMEOUT: _("Reading this file took too long. Split it or save it in a simpler form."),
    Problem.MEMORY: _("Reading this file took too much memory. Split it or save it in a simpler form."),
    EMBEDDING_UNAVAILABLE: _(
        "The embedding model does not answer, so this file is found by its words only. Try again."
    ),
    BASE_FULL: _("There is no room left: a knowledge base holds %(limit)s passages. Delete a file first."),
    MISSING: _("The stored file is gone. Upload it again."),
    LOST: _("Reading this file was interrupted several times. Try again."),
    INTERNAL: _("Something went wrong on our side while reading this file. Try again."),
}


def describe(code: str, detail: Mapping[str, Any]) -> str:
    """One or two sentences in the reader's language; an unknown code is told as a damaged file."""
    claimed = KINDS.get(detail.get("claimed", ""))
    message = MISNAMED if code == Problem.WRONG_TYPE and claimed else MESSAGES.get(code, MESSAGES[Problem.UNREADABLE])
    limit = detail.get("limit", "?")
    facts = {
        "claimed": claimed,
        "pages": detail.get("pages", "?"),
        "limit": filesizeformat(limit) if code == Problem.TOO_BIG else limit,
    }
    return str(message) % facts

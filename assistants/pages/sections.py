"""The parts of the builder, and what each holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assistants import categories, services
from assistants.definition import Definition
from assistants.models import Assistant
from assistants.pages.files import FileRow

SECTION_FIELDS = {"identity": ("name", "promise", "category"), "instructions": ("instructions",)}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the builder: what stands in its closed row. `state` is ok, warn or nothing, `note` says why.

    `count` is how many things in it want a look.
    """

    slug: str
    title: str
    summary: str
    state: str = ""
    note: str = ""
    count: int = 0
    number: int = 0

    @property
    def template(self) -> str:
        """What stands in it when it is open."""
        return f"assistants/sections/{self.slug}.html"


def sections(assistant: Assistant, files: Sequence[FileRow]) -> list[Section]:
    """The builder's parts, in order, with what each holds at present."""
    draft = assistant.draft_definition
    lacking = services.missing(draft)
    told = {slug: _completeness(lacking, fields) for slug, fields in SECTION_FIELDS.items()}
    found = [
        Section("identity", _("Identity"), _identity(draft), *told["identity"]),
        Section("instructions", _("Instructions"), _instructions(draft), *told["instructions"]),
        knowledge_section(draft, files),
        Section("appearance", _("Appearance"), _("Your picture") if assistant.avatar else _("Drawn figurine")),
        Section("publish", _("Publish"), _publishing(assistant)),
    ]
    return [replace(section, number=number) for number, section in enumerate(found, start=1)]


def knowledge_section(draft: Definition, files: Sequence[FileRow]) -> Section:
    """How many files there are, and how many need their creator."""
    troubled = sum(bool(file.problem) for file in files)
    note = _("%(count)s to look at") % {"count": troubled} if troubled else ""
    return Section("knowledge", _("Knowledge"), _knowledge(draft, files), "warn" if troubled else "", note, troubled)


def _completeness(lacking: dict[str, str], fields: tuple[str, ...]) -> tuple[str, str]:
    return ("", "") if any(field in lacking for field in fields) else ("ok", _("Complete"))


def _identity(draft: Definition) -> str:
    shelf = next((choice.label for choice in categories.choices() if choice.slug == draft.category), "")
    return ", ".join(part for part in (draft.name, shelf) if part)


def _instructions(draft: Definition) -> str:
    words, starters = len(draft.instructions.split()), len(draft.starters)
    parts = [ngettext("%(count)s word", "%(count)s words", words) % {"count": words}]
    if starters:
        parts.append(ngettext("%(count)s starter", "%(count)s starters", starters) % {"count": starters})
    return ", ".join(parts)


def _knowledge(draft: Definition, files: Sequence[FileRow]) -> str:
    if not files:
        return _("No file yet")
    count = ngettext("%(count)s file", "%(count)s files", len(files)) % {"count": len(files)}
    return count if draft.capabilities.knowledge else _("%(files)s, not searched") % {"files": count}


def _publishing(assistant: Assistant) -> str:
    if assistant.live_version is None:
        return _("Not published")
    number = assistant.live_version.number
    if assistant.draft_definition == assistant.live_version.definition:
        return _("Version %(number)s is live") % {"number": number}
    return _("Version %(number)s is live, the draft has changes") % {"number": number}

"""What the creator's pages show, made ready for the templates."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assistants import categories, services, statistics
from assistants.definition import Definition
from assistants.knowledge import problems
from assistants.knowledge.search import Found
from assistants.models import Assistant, KnowledgeFile

State = KnowledgeFile.State
# Reading the same file again helps only where the file was not to blame.
WORTH_RETRYING = {"timeout", "memory", "embedding_unavailable", "base_full", "lost", "internal"}
SECTION_FIELDS = {"identity": ("name", "promise", "category"), "instructions": ("instructions",)}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the builder: what stands in its closed row. `state` is ok, warn or nothing, `note` says why.

    `count` is how many things in it want a look.
    """

    slug: str
    number: int
    title: str
    summary: str
    state: str = ""
    note: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class FileRow:
    """A knowledge file and how far it is. `activity` says what is being done, `problem` what to do now."""

    id: str
    name: str
    state: str
    figures: str
    activity: str = ""
    problem: str = ""
    done: int = 0
    total: int = 0
    can_retry: bool = False


@dataclass(frozen=True, slots=True)
class Shelved:
    """One of my assistants, as the creator's home shows it."""

    assistant: Assistant
    definition: Definition
    field: str
    state: str
    version: int
    has_changes: bool
    conversations: int
    people: int


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


def shelve(assistants: Sequence[Assistant]) -> list[Shelved]:
    """The creator's assistants with their state and numbers; they carry `latest_number`. Two queries for all."""
    counts = statistics.count([assistant.id for assistant in assistants])
    fields = {shelf.slug: shelf.field or shelf.slug for shelf in categories.choices()}
    return [_shelved(assistant, fields, *counts[assistant.id]) for assistant in assistants]


def _shelved(assistant: Assistant, fields: dict[str, str], conversations: int, people: int) -> Shelved:
    live, latest = assistant.live_version, getattr(assistant, "latest_number", None)
    draft = assistant.draft_definition
    return Shelved(
        assistant=assistant,
        definition=draft,
        field=fields.get(draft.category, ""),
        state="live" if live else "withdrawn" if latest else "draft",
        version=live.number if live else latest or 0,
        has_changes=live is not None and draft != live.definition,
        conversations=conversations,
        people=people,
    )


def sections(assistant: Assistant, files: Sequence[FileRow]) -> list[Section]:
    """The builder's parts, in order, with what each holds at present."""
    draft = assistant.draft_definition
    lacking = services.missing(draft)
    told = {slug: _completeness(lacking, fields) for slug, fields in SECTION_FIELDS.items()}
    return [
        Section("identity", 1, _("Identity"), _identity(draft), *told["identity"]),
        Section("instructions", 2, _("Instructions"), _instructions(draft), *told["instructions"]),
        knowledge_section(draft, files),
        Section("appearance", 4, _("Appearance"), _("Your picture") if assistant.avatar else _("Drawn figurine")),
        Section("publish", 5, _("Publish"), _publishing(assistant)),
    ]


def knowledge_section(draft: Definition, files: Sequence[FileRow]) -> Section:
    """How many files there are, and how many need their creator."""
    troubled = sum(bool(file.problem) for file in files)
    note = _("%(count)s to look at") % {"count": troubled} if troubled else ""
    return Section("knowledge", 3, _("Knowledge"), _knowledge(draft, files), "warn" if troubled else "", note, troubled)


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


def file_row(file: KnowledgeFile) -> FileRow:
    """A file in words."""
    failed = file.state == State.FAILED
    return FileRow(
        id=file.id,
        name=file.name,
        state=file.state,
        figures=_figures(file),
        activity=_activity(file),
        problem=describe_problem(file) if failed else "",
        done=file.progress_done,
        total=file.progress_total,
        can_retry=failed and file.error_code in WORTH_RETRYING,
    )


def describe_problem(file: KnowledgeFile) -> str:
    """What went wrong and what to do next."""
    if file.error_code == "lost":
        return _("Reading was interrupted several times. Try again, or split the file.")
    return problems.describe(file.error_code, file.error_detail)


def _figures(file: KnowledgeFile) -> str:
    if file.state in {State.QUEUED, State.READING, State.INDEXING}:
        return ""
    parts = []
    if file.pages:
        parts.append(ngettext("%(count)s page", "%(count)s pages", file.pages) % {"count": file.pages})
    if file.state == State.READY:
        passages = file.passages_count
        parts.append(ngettext("%(count)s passage", "%(count)s passages", passages) % {"count": passages})
    return ", ".join(parts)


def _activity(file: KnowledgeFile) -> str:
    facts = {"done": file.progress_done, "total": file.progress_total}
    if file.state == State.READING:
        return _("Reading: page %(done)s of %(total)s") % facts if file.progress_total > 1 else _("Reading")
    if file.state == State.INDEXING:
        return _("Indexing: passage %(done)s of %(total)s") % facts if file.progress_total else _("Indexing")
    if file.state == State.QUEUED:
        return _("Waiting for its turn")
    silent = file.error_detail.get("pages_without_text", 0) if file.state == State.READY else 0
    return (
        ngettext("%(count)s page holds no text", "%(count)s pages hold no text", silent) % {"count": silent}
        if silent
        else ""
    )


def clock() -> str:
    """Now, on the person's clock."""
    return date_format(timezone.localtime(), "H:i")

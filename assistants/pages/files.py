"""Files and how far they are, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assistants.knowledge import problems
from assistants.models import KnowledgeFile

State = KnowledgeFile.State

# Reading the same file again helps only where the file was not to blame.
WORTH_RETRYING = {"timeout", "memory", "embedding_unavailable", "base_full", "lost", "internal"}


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

"""Files of a knowledge base."""

import hashlib
from functools import partial
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from assistants import tasks
from assistants.models import KnowledgeBase, KnowledgeFile
from assistants.services.stored import forget_stored
from core.errors import AppError

NAME_LENGTH = 200


def add_file(
    *, base: KnowledgeBase, name: str, upload: File[bytes], licence: str = "", origin: str = ""
) -> KnowledgeFile:
    """Take a file in and have it read soon. The same content again gives the file that is there already."""
    name = _clean_name(name)
    _check_size(upload.size)
    digest = _sha256(upload)
    with transaction.atomic():
        KnowledgeBase.objects.select_for_update().get(pk=base.pk)
        if twin := base.files.filter(sha256=digest).first():
            return twin
        _check_room(base)
        file = KnowledgeFile(base=base, name=name, size=upload.size, sha256=digest, licence=licence, origin=origin)
        file.heartbeat_at = timezone.now()
        file.upload.save(name, upload, save=False)
        file.save(force_insert=True)
        transaction.on_commit(partial(tasks.enqueue_read, file.pk))
    return file


@transaction.atomic
def remove_file(*, file: KnowledgeFile) -> None:
    """Delete a file and its passages. Answers that cited it keep what they quoted."""
    # Locked in the order in which indexing locks, base first: otherwise the two could wait for each other.
    KnowledgeBase.objects.select_for_update().filter(pk=file.base_id).first()
    if stored := KnowledgeFile.objects.select_for_update().filter(pk=file.pk).first():
        forget_stored(stored.upload)
        stored.delete()


@transaction.atomic
def retry_file(*, file: KnowledgeFile) -> KnowledgeFile:
    """Have a failed file read again from the beginning; any other is left alone."""
    failed = KnowledgeFile.objects.filter(pk=file.pk, state=KnowledgeFile.State.FAILED)
    fresh = {"error_code": "", "error_detail": {}, "attempt": 0, "progress_done": 0, "progress_total": 0}
    if failed.update(state=KnowledgeFile.State.QUEUED, heartbeat_at=timezone.now(), **fresh):
        transaction.on_commit(partial(tasks.enqueue_read, file.pk))
    file.refresh_from_db()
    return file


def _clean_name(name: str) -> str:
    """The last part of a path, without what can't be printed; a long one keeps its ending, which tells its kind."""
    last = PurePosixPath(name.replace("\\", "/")).name
    printable = "".join(letter for letter in last if letter.isprintable()).strip() or str(_("Untitled file"))
    return printable if len(printable) <= NAME_LENGTH else f"{printable[: NAME_LENGTH - 40]}…{printable[-39:]}"


def _check_size(size: int) -> None:
    limit = settings.KNOWLEDGE_MAX_FILE_BYTES
    if not size:
        raise AppError(_("This file is empty."), code="empty", field="files")
    if size > limit:
        facts = {"size": filesizeformat(size), "limit": filesizeformat(limit)}
        message = _("This file weighs %(size)s; the most is %(limit)s. Split it and upload the parts.") % facts
        raise AppError(message, code="too_big", field="files")


def _check_room(base: KnowledgeBase) -> None:
    limit = settings.KNOWLEDGE_MAX_FILES
    if base.files.count() >= limit:
        message = _("This assistant has %(limit)s files, which is the most. Remove one first.") % {"limit": limit}
        raise AppError(message, code="too_many_files", field="files")


def _sha256(upload: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()

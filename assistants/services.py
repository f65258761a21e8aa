"""What creators do to their assistants. Every verb is atomic and raises AppError when it can't be done."""

import hashlib
from functools import partial
from itertools import count
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.db.models.fields.files import FieldFile
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from assistants import categories, picture, publication, tasks
from assistants.definition import SCHEMA, Definition
from assistants.models import Assistant, AssistantVersion, KnowledgeBase, KnowledgeFile
from core.errors import AppError

REQUIRED: dict[str, Promise] = {
    "name": gettext_lazy("Give the assistant a name."),
    "promise": gettext_lazy("Say in one sentence what it does for people."),
    "category": gettext_lazy("Choose the category it stands in."),
    "instructions": gettext_lazy("Write how it should behave."),
}
LENGTHS = {
    "name": 80,
    "promise": 160,
    "audience": 600,
    "instructions": 20_000,
    "opening": 1000,
    "language": 8,
    "category": 40,
    "model": 120,
}
MAX_STARTERS, STARTER_TITLE_LENGTH, STARTER_TEXT_LENGTH = 12, 60, 500
SLUG_LENGTH = 70  # leaves room for a number behind it
NAME_LENGTH = 200
SPELLED_OUT = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})


@transaction.atomic
def create_assistant(*, owner: User, definition: Definition | None = None) -> Assistant:
    """A draft with a knowledge base of its own. Without name its id stands in its address until it has one."""
    definition = definition or Definition()
    check_lengths(definition)
    base = KnowledgeBase.objects.create(owner=owner, name=definition.name)
    assistant = Assistant(owner=owner, draft=definition.to_json(), knowledge_base=base)
    assistant.slug = assistant.id
    assistant.save(force_insert=True)
    _take_slug(assistant, definition.name)
    return assistant


@transaction.atomic
def save_draft(*, assistant: Assistant, definition: Definition) -> Assistant:
    """Keep the draft as it is, finished or not. People go on meeting the live version."""
    check_lengths(definition)
    assistant.draft = definition.to_json()
    vars(assistant).pop("draft_definition", None)
    assistant.save(update_fields=["draft", "updated_at"])
    KnowledgeBase.objects.filter(pk=assistant.knowledge_base_id).update(name=definition.name)
    return assistant


def check_lengths(definition: Definition) -> None:
    """Refuse texts that no page has room for; the builder's form stops them earlier."""
    for field, limit in LENGTHS.items():
        if (size := len(getattr(definition, field))) > limit:
            facts = {"size": size, "limit": limit}
            raise AppError(_("%(size)s characters; the most is %(limit)s.") % facts, code="too_long", field=field)
    if len(definition.starters) > MAX_STARTERS:
        raise AppError(_("At most %(limit)s starters.") % {"limit": MAX_STARTERS}, code="too_many", field="starters")


def missing(definition: Definition) -> dict[str, str]:
    """What keeps a draft from being published: a sentence by field."""
    lacking = {field: str(sentence) for field, sentence in REQUIRED.items() if not getattr(definition, field).strip()}
    shelves = [category.slug for category in categories.choices()]
    if definition.category and shelves and definition.category not in shelves:
        lacking["category"] = str(REQUIRED["category"])
    return lacking


@transaction.atomic
def publish_version(*, assistant: Assistant, author: User, notes: str = "") -> AssistantVersion:
    """Freeze the draft as the next version. It is met by nobody until it is released."""
    locked = Assistant.objects.select_for_update(of=("self",)).get(pk=assistant.pk)
    definition = locked.draft_definition
    if lacking := missing(definition):
        field, sentence = next(iter(lacking.items()))
        raise AppError(sentence, code="incomplete", field=field)
    last = locked.versions.aggregate(last=Max("number"))["last"] or 0
    if not last and not locked.bundle_digest:
        _take_slug(locked, definition.name)
        assistant.slug = locked.slug
    return AssistantVersion.objects.create(
        assistant=assistant,
        number=last + 1,
        schema=SCHEMA,
        content=definition.to_json(),
        author=author,
        notes=notes.replace("\0", "").strip()[:500],
    )


@transaction.atomic
def publish(*, assistant: Assistant, author: User, notes: str = "") -> str:
    """Freeze the draft and hand it to where people find it; gives that address."""
    return publication.submit(publish_version(assistant=assistant, author=author, notes=notes))


@transaction.atomic
def release_version(*, version: AssistantVersion) -> Assistant:
    """Let people meet this version from now on; answers being written keep the one they began with."""
    version.released_at = version.released_at or timezone.now()
    version.save(update_fields=["released_at"])
    assistant = version.assistant
    assistant.live_version = version
    assistant.save(update_fields=["live_version", "updated_at"])
    return assistant


@transaction.atomic
def withdraw(*, assistant: Assistant) -> Assistant:
    """Nobody but its creator can talk to it any more; versions and conversations stay."""
    assistant.live_version = None
    assistant.save(update_fields=["live_version", "updated_at"])
    return assistant


@transaction.atomic
def take_down(*, assistant: Assistant) -> Assistant:
    """Withdraw it, and take it off where people find it."""
    publication.withdraw(assistant)
    assistant.refresh_from_db(fields=["live_version"])
    return withdraw(assistant=assistant)


@transaction.atomic
def set_avatar(*, assistant: Assistant, upload: File[bytes]) -> Assistant:
    """Replace the figurine or the former picture."""
    content = picture.square_webp(upload)
    _forget_stored(assistant.avatar)
    assistant.avatar.save("avatar.webp", content, save=False)
    assistant.save(update_fields=["avatar", "updated_at"])
    return assistant


@transaction.atomic
def remove_avatar(*, assistant: Assistant) -> Assistant:
    """Go back to the figurine."""
    _forget_stored(assistant.avatar)
    assistant.avatar = None
    assistant.save(update_fields=["avatar", "updated_at"])
    return assistant


@transaction.atomic
def delete_assistant(*, assistant: Assistant) -> None:
    """Delete it with its versions, its listing and its knowledge. Conversations that people had stay theirs."""
    base = KnowledgeBase.objects.select_for_update().get(pk=assistant.knowledge_base_id)
    for file in base.files.select_for_update():
        _forget_stored(file.upload)
    _forget_stored(assistant.avatar)
    assistant.delete()
    base.delete()


@transaction.atomic
def erase_person(user: User) -> None:
    """Before an account goes: uploads and pictures leave the disk, which the database's cascade does not reach."""
    for assistant in Assistant.objects.editable_by(user):
        delete_assistant(assistant=assistant)


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
        _forget_stored(stored.upload)
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


def _take_slug(assistant: Assistant, name: str) -> None:
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


def _forget_stored(stored: FieldFile) -> None:
    """Delete what is stored once nothing can roll back."""
    if name := stored.name:
        storage = stored.storage
        transaction.on_commit(partial(storage.delete, name))

"""Versions: frozen, released, withdrawn."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from assistants import publication
from assistants.definition import SCHEMA
from assistants.models import Assistant, AssistantVersion
from assistants.services.drafts import missing
from assistants.services.slugs import take_slug
from core.errors import AppError


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
        take_slug(locked, definition.name)
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

"""Drafts: made, kept, checked, deleted."""

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from assistants import categories
from assistants.definition import Definition
from assistants.models import Assistant, KnowledgeBase
from assistants.services.slugs import take_slug
from assistants.services.stored import forget_stored
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


@transaction.atomic
def create_assistant(*, owner: User, definition: Definition | None = None) -> Assistant:
    """A draft with a knowledge base of its own. Without name its id stands in its address until it has one."""
    definition = definition or Definition()
    check_lengths(definition)
    base = KnowledgeBase.objects.create(owner=owner, name=definition.name)
    assistant = Assistant(owner=owner, draft=definition.to_json(), knowledge_base=base)
    assistant.slug = assistant.id
    assistant.save(force_insert=True)
    take_slug(assistant, definition.name)
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
def delete_assistant(*, assistant: Assistant) -> None:
    """Delete it with its versions, its listing and its knowledge. Conversations that people had stay theirs."""
    base = KnowledgeBase.objects.select_for_update().get(pk=assistant.knowledge_base_id)
    for file in base.files.select_for_update():
        forget_stored(file.upload)
    forget_stored(assistant.avatar)
    assistant.delete()
    base.delete()


@transaction.atomic
def erase_person(user: User) -> None:
    """Before an account goes: uploads and pictures leave the disk, which the database's cascade does not reach."""
    for assistant in Assistant.objects.editable_by(user):
        delete_assistant(assistant=assistant)

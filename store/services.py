"""What happens to listings."""

import json
import logging
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assistants import bundle, offers
from assistants import services as assistants
from assistants.knowledge import pool
from assistants.models import Assistant, AssistantVersion
from backends.errors import BackendError
from core.errors import AppError
from store import search, tasks
from store.models import Category, Listing

logger = logging.getLogger(__name__)


@transaction.atomic
def submit(version: AssistantVersion) -> str:
    """Bring a published version into the store at once (review comes later) and give the listing's address."""
    assistants.release_version(version=version)
    assistant = version.assistant
    definition = version.definition
    category = Category.objects.filter(pk=definition.category).first()
    if category is None:
        raise AppError(_("Choose a category."), field="category")
    listing = Listing.objects.filter(assistant=assistant).first() or _new_listing(assistant)
    listing.category, listing.slug = category, assistant.slug
    listing.name, listing.promise, listing.language = definition.name, definition.promise, definition.language
    listing.folded_name = search.fold(definition.name)[:80]
    listing.meaning_text = _meaning_text(version)
    listing.state, listing.embedding, listing.embedder = Listing.State.LIVE, None, ""
    listing.save()
    words = f"{definition.name} {definition.promise} {listing.meaning_text} {category.name_en} {category.name_fr}"
    Listing.objects.filter(pk=listing.pk).update(lexemes=search.lexemes(words, definition.language))
    transaction.on_commit(lambda: tasks.enqueue_embedding(listing.pk))
    return listing.get_absolute_url()


@transaction.atomic
def withdraw(assistant: Assistant) -> None:
    """Take an assistant out of the store; conversations stay readable, its number stays its own."""
    assistants.withdraw(assistant=assistant)
    Listing.objects.filter(assistant=assistant).update(state=Listing.State.WITHDRAWN)


def listing_url(assistant: Assistant) -> str:
    """The address of a live listing, or nothing."""
    listing = Listing.objects.filter(assistant=assistant, state=Listing.State.LIVE).first()
    return listing.get_absolute_url() if listing else ""


def question_vector(query: str) -> search.Meaning | None:
    """The meaning of a query, or nothing while the embedder is away. No database connection is held meanwhile."""
    try:
        embedder = offers.embedder()
        pool.give_back()
        return search.Meaning(embedder.embed_query(query), embedder.tag)
    except (BackendError, AppError) as error:
        logger.warning("Searching without meaning: %s", error)
        return None


def load_categories(path: Path) -> int:
    """Fill the shelves from a JSON list; those that exist keep what an administrator made of them."""
    items: list[dict[str, Any]] = json.loads(path.read_text())
    for position, item in enumerate(items):
        texts = {f"{key}_{language}": item[key][language] for key in ("name", "line") for language in ("en", "fr")}
        fields = {"field": item["field"], "icon": item["icon"], "position": position, **texts}
        Category.objects.get_or_create(slug=item["slug"], defaults=fields)
    return len(items)


def load_samples(*, folder: Path, owner: User) -> int:
    """Import and publish each assistant in the folder that is new or has changed; gives how many."""
    published = 0
    for path in sorted(path.parent for path in folder.glob("*/assistant.json")):
        with transaction.atomic():
            assistant = bundle.import_bundle(owner=owner, bundle=bundle.read(path))
            live = assistant.live_version
            was_withdrawn = live is None and assistant.versions.exists()
            if was_withdrawn or (live and live.content == assistant.draft):
                continue
            submit(assistants.publish_version(assistant=assistant, author=owner))
            published += 1
    return published


def category_choices() -> list[tuple[str, ...]]:
    """For the builder's form."""
    return [(category.pk, category.name, category.field) for category in Category.objects.all()]


def _new_listing(assistant: Assistant) -> Listing:
    with connection.cursor() as cursor:
        cursor.execute("select nextval('store_listing_numbers')")
        (number,) = cursor.fetchone()
    return Listing(assistant=assistant, creator_id=assistant.owner_id, number=number, published_at=timezone.now())


def _meaning_text(version: AssistantVersion) -> str:
    definition = version.definition
    starters = " ".join(f"{starter.title}. {starter.text}" for starter in definition.starters)
    return f"{definition.name}. {definition.promise} {definition.audience} {starters}"[:2000]

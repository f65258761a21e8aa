"""Into the store, out of it, and back."""

import json

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from assistants import offers as offered
from assistants import publication
from assistants import services as assistants
from assistants.definition import Definition, Starter
from assistants.models import Offer
from core import redis
from core.errors import AppError
from store import services, tasks
from store.models import Category, Listing
from tests.assistants.made import COMPLETE, assistant_of
from tests.scripted import ScriptedServer
from tests.store.conftest import Shelf

pytestmark = pytest.mark.django_db


def again(listing: Listing, **changes: object) -> Listing:
    """Publish the assistant once more, changed."""
    assistant = listing.assistant
    facts = {name: getattr(assistant.draft_definition, name) for name in Definition.__dataclass_fields__}
    assistants.save_draft(assistant=assistant, definition=Definition(**(facts | changes)))
    services.submit(assistants.publish_version(assistant=assistant, author=assistant.owner))
    return Listing.objects.get(pk=listing.pk)


def test_a_listing_tells_what_the_version_says(shelf: Shelf) -> None:
    listing = shelf("Crème brûlée", promise="Burns sugar.", language="fr")
    assert (listing.state, listing.name, listing.promise, listing.language) == (
        "live",
        "Crème brûlée",
        "Burns sugar.",
        "fr",
    )
    assert (listing.slug, listing.folded_name, listing.category_id) == ("creme-brulee", "creme brulee", "servir")
    assert listing.assistant.live_version.number == 1
    assert listing.get_absolute_url() == "/a/creme-brulee/"


def test_listings_are_numbered_in_the_order_they_came(shelf: Shelf) -> None:
    first, second, third = (shelf(name).number for name in ("One", "Two", "Three"))
    assert (second, third) == (first + 1, first + 2)


def test_number_address_and_date_stay_when_it_changes(shelf: Shelf) -> None:
    listing = shelf("One")
    shelf("Two")
    changed = again(listing, name="Uno", promise="Changed.", category="ecrire")
    assert (changed.number, changed.slug, changed.published_at) == (listing.number, "one", listing.published_at)
    assert (changed.name, changed.promise, changed.category_id) == ("Uno", "Changed.", "ecrire")
    assert changed.assistant.live_version.number == 2


def test_what_is_withdrawn_is_gone_but_keeps_its_number(shelf: Shelf, client: Client) -> None:
    listing = shelf("One")
    services.withdraw(listing.assistant)
    listing.refresh_from_db()
    assert (listing.state, listing.assistant.live_version) == ("withdrawn", None)
    assert services.listing_url(listing.assistant) == ""
    assert client.get("/a/one/").status_code == 404
    shelf("Two")
    back = again(listing)
    assert (back.state, back.number) == ("live", listing.number)
    assert client.get("/a/one/").status_code == 200


def test_without_its_shelf_nothing_is_published(creator: User, categories: None) -> None:
    version = assistants.publish_version(assistant=assistant_of(creator), author=creator)
    Category.objects.filter(pk="servir").delete()
    with pytest.raises(AppError, match="Choose a category"):
        services.submit(version)
    version.assistant.refresh_from_db()
    assert version.assistant.live_version is None
    assert not Listing.objects.exists()


def test_a_name_that_grows_when_folded_still_fits(shelf: Shelf) -> None:
    assert len(shelf("œ" * 80).folded_name) == 80


def test_its_meaning_is_found_after_commit(
    shelf: Shelf, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    queue = redis.client()
    queue.delete("celery")
    with django_capture_on_commit_callbacks(execute=True):
        listing = shelf("One")
    task = json.loads(queue.lpop("celery"))
    assert task["headers"]["task"] == "store.tasks.embed_listing"
    assert listing.pk in task["headers"]["argsrepr"]


def test_a_new_text_needs_a_new_meaning(shelf: Shelf) -> None:
    listing = shelf("One", meant=True)
    assert listing.pk
    assert Listing.objects.get().embedding is not None
    again(listing, promise="Changed.")
    assert Listing.objects.get().embedding is None


def test_late_listings_get_their_meaning_with_the_next_count(shelf: Shelf, scripted: ScriptedServer) -> None:
    for name in ("One", "Two", "Three"):
        shelf(name)
    tasks.count_people()
    assert not Listing.objects.filter(embedding=None).exists()
    assert len(scripted.record.embeddings) == 1
    tasks.count_people()
    assert len(scripted.record.embeddings) == 1


def test_another_embedding_model_makes_all_meanings_anew(shelf: Shelf) -> None:
    shelf("One", meant=True)
    Offer.objects.filter(kind="embedding").update(name="text-embedding-3-small")
    offered.forget()
    tasks.count_people()
    assert Listing.objects.get().embedder == "text-embedding-3-small"


def test_without_an_embedder_a_listing_is_there_all_the_same(shelf: Shelf, client: Client) -> None:
    Offer.objects.filter(kind="embedding").update(base_url="http://127.0.0.1:9/v1")
    listing = shelf("One", meant=True)
    tasks.count_people()
    assert Listing.objects.get().embedding is None
    assert client.get(listing.get_absolute_url()).status_code == 200


def test_the_builder_publishes_through_the_store(creator: User, categories: None) -> None:
    assistant = assistant_of(creator)
    assert assistants.publish(assistant=assistant, author=creator) == "/a/returns-desk/"
    assert publication.url(assistant) == "/a/returns-desk/"
    assistants.take_down(assistant=assistant)
    assert publication.url(assistant) == ""


def test_the_words_of_a_listing_are_those_of_its_texts(shelf: Shelf) -> None:
    starters = (Starter("Invoices", "Where do I find my invoices?"),)
    listing = shelf("One", promise="Finds papers.", audience="For accountants.", starters=starters)
    for word in ("One", "Finds papers.", "For accountants.", "Where do I find my invoices?"):
        assert word in listing.meaning_text
    assert COMPLETE.instructions not in listing.meaning_text

"""How many people talk to a listing."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from conversations.models import Conversation
from store import ranking
from store.models import Listing
from tests.conversations.made import begun, guest, known
from tests.store.conftest import Shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def listing(shelf: Shelf) -> Listing:
    return shelf("Desk")


def counts() -> tuple[int, int, int]:
    ranking.count_people()
    return Listing.objects.values_list("people_week", "people_total", "conversations_total").get()


def test_nobody_yet(listing: Listing) -> None:
    assert counts() == (0, 0, 0)


def test_people_and_guests_count_once_their_talks_each(person: User, stranger: User, listing: Listing) -> None:
    for talker in (known(person), known(person), known(stranger)):
        begun(talker, listing.assistant)
    visitor = guest()
    begun(visitor, listing.assistant)
    begun(visitor, listing.assistant)
    begun(guest(), listing.assistant)
    assert counts() == (4, 4, 6)


def test_its_creator_does_not_count(creator: User, listing: Listing) -> None:
    begun(known(creator), listing.assistant)
    begun(known(creator), listing.assistant, surface="preview")
    assert counts() == (0, 0, 0)


def test_a_week_is_seven_days(person: User, stranger: User, listing: Listing) -> None:
    begun(known(person), listing.assistant)
    old = begun(known(stranger), listing.assistant).run.conversation
    Conversation.objects.filter(pk=old.pk).update(updated_at=timezone.now() - timedelta(days=8))
    assert counts() == (1, 2, 2)


def test_a_talk_that_was_deleted_counts_no_more(person: User, listing: Listing) -> None:
    begun(known(person), listing.assistant)
    assert counts() == (1, 1, 1)
    Conversation.objects.all().delete()
    assert counts() == (0, 0, 0)


def test_only_what_changed_is_written(
    person: User, listing: Listing, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    begun(known(person), listing.assistant)
    with django_assert_num_queries(1):
        assert ranking.count_people() == 1
    assert ranking.count_people() == 0


def test_each_listing_counts_its_own(person: User, listing: Listing, shelf: Shelf) -> None:
    shelf("Other")
    begun(known(person), listing.assistant)
    ranking.count_people()
    assert dict(Listing.objects.values_list("name", "people_total")) == {"Desk": 1, "Other": 0}

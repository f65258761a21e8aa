"""An administrator withdraws a listing: the store forgets it and nobody can talk to it any more."""

from django.test import Client

from accounts.models import User
from store.models import Listing
from tests.assistants.made import SignIn
from tests.store.conftest import Shelf

TABLE = "/admin/store/listing/"


def test_the_action_withdraws_the_assistant_too(
    administrator: User, as_user: SignIn, client: Client, shelf: Shelf
) -> None:
    gone, stays = shelf("One"), shelf("Two")
    chosen = {"action": "withdraw", "_selected_action": [gone.pk]}
    page = as_user(administrator).post(TABLE, chosen, follow=True)
    assert "1 listing withdrawn." in page.text
    gone.refresh_from_db()
    stays.refresh_from_db()
    assert (gone.state, gone.assistant.live_version) == ("withdrawn", None)
    assert (stays.state, stays.assistant.live_version is None) == ("live", False)
    assert client.get("/c/new/one/").status_code == 404
    assert client.get("/c/new/two/").status_code == 200


def test_the_state_is_not_typed(administrator: User, as_user: SignIn, shelf: Shelf) -> None:
    listing = shelf("One")
    browser = as_user(administrator)
    browser.post(f"{TABLE}{listing.pk}/change/", {"category": "ecrire", "state": "withdrawn"})
    listing.refresh_from_db()
    assert (listing.category_id, listing.state) == ("ecrire", "live")
    assert browser.get(f"{TABLE}add/").status_code == 403


def test_deleting_a_listing_withdraws_its_assistant(administrator: User, as_user: SignIn, shelf: Shelf) -> None:
    listing = shelf("One")
    as_user(administrator).post(f"{TABLE}{listing.pk}/delete/", {"post": "yes"})
    assert not Listing.objects.exists()
    listing.assistant.refresh_from_db()
    assert listing.assistant.live_version is None

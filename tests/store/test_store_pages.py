"""What the store shows, and that it costs the same however much there is."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assistants import offers as offered
from assistants.models import Offer
from store import services
from store.models import Listing
from tests.assistants.made import SignIn, assistant_of
from tests.store.conftest import Shelf

pytestmark = pytest.mark.django_db
COSTS = {
    "/": 5,
    "/categories/": 1,
    "/categories/servir/": 3,
    "/search/?q=desk": 6,
    "/suggest/?q=desk+number": 4,
    "/creators/creator/": 3,
    "/a/desk-0/": 7,
}


def fill(shelf: Shelf, count: int) -> None:
    for number in range(count):
        shelf(
            f"Desk {number}",
            category=("servir", "ecrire")[number % 2],
            language=("en", "fr")[number % 3 == 0],
            meant=True,
        )


@pytest.mark.parametrize("count", [3, 15])
def test_pages_cost_the_same_whatever_the_number_of_listings(client: Client, shelf: Shelf, count: int) -> None:
    fill(shelf, count)
    spent = {}
    for url in COSTS:
        offered.forget()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        spent[url] = len(queries)
    assert spent == COSTS


@pytest.mark.parametrize("url", ["/", "/categories/", "/search/", "/search/?q=desk", "/connect/", "/privacy/"])
def test_an_empty_store_stands(client: Client, db: None, url: str) -> None:
    assert client.get(url).status_code == 200


def test_the_home_shows_shelves_new_ones_and_what_people_talk_to(client: Client, shelf: Shelf) -> None:
    fill(shelf, 4)
    Listing.objects.filter(name="Desk 0").update(people_week=3)
    Listing.objects.filter(name="Desk 3").update(people_week=7)
    context = client.get("/").context
    assert [listing.name for listing in context["newest"]] == ["Desk 3", "Desk 2", "Desk 1", "Desk 0"]
    assert [listing.name for listing in context["trending"]] == ["Desk 3", "Desk 0"]
    assert [(shelf.pk, len(row)) for shelf, row in context["rails"]] == [("ecrire", 2), ("servir", 2)]
    assert len(context["featured"]) == 2


def test_the_readers_language_comes_first(client: Client, shelf: Shelf) -> None:
    shelf("English", language="en")
    shelf("Français", language="fr")
    for language, first in (("fr", "Français"), ("en", "English")):
        context = client.get("/", headers={"accept-language": language}).context
        assert context["featured"][0].name == first


def test_trending_goes_by_people_not_by_language(client: Client, shelf: Shelf) -> None:
    shelf("English", language="en")
    shelf("Français", language="fr")
    Listing.objects.filter(name="English").update(people_week=1)
    Listing.objects.filter(name="Français").update(people_week=9)
    assert [listing.name for listing in client.get("/").context["trending"]] == ["Français", "English"]


def test_a_category_is_sorted_as_asked(client: Client, shelf: Shelf) -> None:
    for number, name in enumerate(["Beta", "alpha", "Gamma"]):
        Listing.objects.filter(pk=shelf(name).pk).update(people_week=number)
    orders = {
        "popular": ["Gamma", "alpha", "Beta"],
        "new": ["Gamma", "alpha", "Beta"],
        "name": ["alpha", "Beta", "Gamma"],
    }
    for sort, names in (orders | {"nonsense": orders["popular"]}).items():
        page = client.get("/categories/servir/", {"sort": sort})
        assert [listing.name for listing in page.context["listings"]] == names


def test_a_category_can_be_narrowed_to_a_language(client: Client, shelf: Shelf) -> None:
    shelf("English", language="en")
    shelf("Français", language="fr")
    page = client.get("/categories/servir/", {"language": "fr"})
    assert [listing.name for listing in page.context["listings"]] == ["Français"]


def test_a_category_has_pages(client: Client, shelf: Shelf) -> None:
    Listing.objects.bulk_create(copies_of(shelf("Desk"), 30))
    assert len(client.get("/categories/servir/").context["listings"]) == 24
    assert len(client.get("/categories/servir/?page=2").context["listings"]) == 7
    assert "Page 2 of 2" in client.get("/categories/servir/?page=2").text
    for odd in ("0", "99", "x", "-1"):
        assert client.get(f"/categories/servir/?page={odd}").status_code == 200


def copies_of(listing: Listing, count: int) -> list[Listing]:
    """Many more like it, without the whole way into the store."""
    assistants = [assistant_of(listing.creator, name=f"Copy {number}") for number in range(count)]
    same = {"creator": listing.creator, "category_id": listing.category_id, "published_at": listing.published_at}
    return [
        Listing(assistant=assistant, number=100 + number, slug=assistant.slug, name=assistant.name, **same)
        for number, assistant in enumerate(assistants)
    ]


def test_a_category_that_is_not_there_is_not_found(client: Client, categories: None) -> None:
    assert client.get("/categories/nowhere/").status_code == 404


def test_categories_count_what_is_live(client: Client, shelf: Shelf) -> None:
    shelf("One")
    services.withdraw(shelf("Two").assistant)
    counts = {category.pk: category.listing_count for category in client.get("/categories/").context["categories"]}
    assert counts["servir"] == 1
    assert sum(counts.values()) == 1


def test_a_listing_tells_what_it_is_for_and_how_to_begin(client: Client, shelf: Shelf) -> None:
    listing = shelf("Desk", promise="Answers questions.", audience="People with parcels")
    page = client.get(listing.get_absolute_url())
    for text in ("Desk", "Answers questions.", "People with parcels", "Return", "Creator", "Scripted"):
        assert text in page.text
    assert page.context["chat_url"] == "/c/new/desk/"
    assert page.context["knowledge"] == {"files": 0, "pages": 0, "passages": 0}


def test_a_listing_tells_what_leaves_this_site(client: Client, shelf: Shelf) -> None:
    listing = shelf("Desk")
    assert "Stay on this server" in client.get(listing.get_absolute_url()).text
    Offer.objects.filter(kind="chat").update(base_url="https://api.example.org/v1")
    page = client.get(listing.get_absolute_url()).text
    assert "api.example.org" in page
    assert "Stay on this server" not in page
    Offer.objects.all().delete()
    assert client.get(listing.get_absolute_url()).status_code == 200


def test_its_creator_is_recognised(creator: User, person: User, shelf: Shelf, as_user: SignIn) -> None:
    url = shelf("Desk").get_absolute_url()
    assert as_user(creator).get(url).context["is_mine"] is True
    assert as_user(person).get(url).context["is_mine"] is False


def test_similar_ones_are_near_in_meaning(client: Client, shelf: Shelf) -> None:
    listing = shelf("Bicycle repair", promise="Repairs bicycles.", meant=True)
    shelf("Bicycle rental", promise="Rents bicycles.", meant=True)
    shelf("Soup", promise="Cooks dinners for kings.", category="ecrire", meant=True)
    assert client.get(listing.get_absolute_url()).context["similar"][0].name == "Bicycle rental"


def test_without_meaning_similar_ones_stand_on_the_same_shelf(client: Client, shelf: Shelf) -> None:
    listing = shelf("One")
    shelf("Two")
    shelf("Elsewhere", category="ecrire")
    assert [other.name for other in client.get(listing.get_absolute_url()).context["similar"]] == ["Two"]


def test_a_creators_page_shows_their_shelf_alone(client: Client, creator: User, person: User, shelf: Shelf) -> None:
    shelf("Mine")
    services.withdraw(shelf("Withdrawn").assistant)
    shelf("Theirs", by=person)
    page = client.get(reverse("store:creator", args=[creator.handle]))
    assert [listing.name for listing in page.context["listings"]] == ["Mine"]
    assert client.get("/creators/nobody/").status_code == 404
    creator.is_active = False
    creator.save()
    assert client.get("/creators/creator/").status_code == 404


def test_texts_of_creators_are_never_html(client: Client, shelf: Shelf) -> None:
    listing = shelf("<b>Bold</b>", promise="<script>alert(1)</script>", audience="<img src=x onerror=alert(1)>")
    for url in ("/", "/categories/servir/", "/search/?q=bold", "/suggest/?q=bold", listing.get_absolute_url()):
        page = client.get(url).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>Bold" not in page


def test_guests_and_people_see_the_same_store(client: Client, person: User, shelf: Shelf, as_user: SignIn) -> None:
    shelf("Desk")
    for url in ("/", "/a/desk/", "/categories/servir/"):
        assert client.get(url).status_code == as_user(person).get(url).status_code == 200


def test_nobody_may_frame_the_store(client: Client, shelf: Shelf) -> None:
    shelf("Desk")
    for url in ("/", "/a/desk/"):
        assert "frame-ancestors 'none'" in client.get(url)["Content-Security-Policy"]

"""An administrator names another embedding model: vectors of two models never meet, and all are made anew in time."""

import pytest
from django.test import Client

from assistants import offers as offered
from assistants.models import Offer
from store import tasks
from store.models import Listing
from tests.scripted import ScriptedServer
from tests.store.conftest import Shelf

SHORT = [1.0, 0.0, 0.0]


@pytest.fixture
def before(shelf: Shelf) -> None:
    """Two listings whose vectors another model made, in three dimensions."""
    for name in ("Workshop", "Kitchen"):
        shelf(name, promise="Repairs bicycles.", meant=True)
    Listing.objects.update(embedding=SHORT, embedder="another-model")


@pytest.mark.parametrize("url", ["/search/?q=bicycle+wheels", "/suggest/?q=bicycle+wheels", "/a/workshop/"])
def test_pages_stand_while_vectors_of_two_models_are_there(
    client: Client, before: None, shelf: Shelf, url: str
) -> None:
    shelf("Garage", promise="Repairs cars.", meant=True)
    assert client.get(url).status_code == 200


def test_similar_ones_were_read_by_the_same_model(client: Client, before: None, shelf: Shelf) -> None:
    shelf("Garage", promise="Repairs bicycles.", meant=True)
    assert [listing.name for listing in client.get("/a/workshop/").context["similar"]] == ["Kitchen"]


def test_listings_are_read_again_a_batch_at_a_time(
    before: None, scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "BATCH", 1)
    tag = offered.embedder().tag
    tasks.count_people()
    assert Listing.objects.filter(embedder=tag).count() == 1
    tasks.count_people()
    assert {len(listing.embedding) for listing in Listing.objects.filter(embedder=tag)} == {384}


def test_while_the_new_model_is_away_the_old_vectors_stay(before: None) -> None:
    Offer.objects.filter(kind="embedding").update(base_url="http://127.0.0.1:9/v1")
    offered.forget()
    tasks.count_people()
    assert set(Listing.objects.values_list("embedder", flat=True)) == {"another-model"}

"""Names first, then words, then meaning."""

from itertools import chain

import pytest
from django.test import Client

from assistants import offers as offered
from assistants.definition import Starter
from assistants.models import Offer
from store import search, services
from store.models import Listing
from tests.store.conftest import Shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def window(shelf: Shelf) -> None:
    """A few listings in both languages, with their meaning."""
    shelf(
        "Offre d’emploi claire",
        promise="Rédige des annonces sans jargon.",
        language="fr",
        category="recruter",
        meant=True,
    )
    shelf("Débogueur patient", promise="Explique les messages d’erreur.", language="fr", category="coder", meant=True)
    shelf("Patient debugger", promise="Explains error messages.", category="coder", meant=True)
    shelf("Clear letters", promise="Writes to your landlord.", category="ecrire", meant=True)
    shelf("Cœur de métier", promise="Parle de votre travail.", language="fr", category="ecrire", meant=True)
    starters = (Starter("Bike", "How do I repair a bicycle tyre?"),)
    shelf("Workshop", promise="Fixes things.", starters=starters, category="apprendre", meant=True)


def bands(client: Client, query: str, **more: str) -> dict[str, list[str]]:
    page = client.get("/search/", {"q": query} | more)
    assert page.status_code == 200
    return {band: [listing.name for listing in found] for band, found in page.context["bands"].items()}


def names(client: Client, query: str) -> list[str]:
    return bands(client, query)["name"]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Offre d’emploi claire", "offre d emploi claire"),
        ("OFFRE D'EMPLOI  claire", "offre d emploi claire"),
        ("Côté CNIL", "cote cnil"),
        ("Cœur", "coeur"),
        ("Straße", "strasse"),
        ("rendez-vous", "rendez vous"),
        ("Łódź_2", "lodz 2"),
        ("Привет, мир", "привет мир"),
        ("…", ""),
    ],
)
def test_names_are_folded(text: str, folded: str) -> None:
    assert search.fold(text) == folded


@pytest.mark.parametrize(
    "query",
    [
        "offre d'emploi",
        "offre d’emploi",
        "Offre d’emploi claire",
        "offre demploi",
        "ofre d'emploi",
        "offre d'emplois clair",
        "OFFRE D EMPLOI",
        "emploi",
        "emplio claire",
    ],
)
def test_a_french_name_is_found_however_it_is_typed(client: Client, window: None, query: str) -> None:
    assert names(client, query)[0] == "Offre d’emploi claire"


@pytest.mark.parametrize(
    "query", ["patient debugger", "patiant debuger", "debugger", "debuger", "Patient", "patient debuggr"]
)
def test_an_english_name_is_found_however_it_is_typed(client: Client, window: None, query: str) -> None:
    assert "Patient debugger" in names(client, query)


@pytest.mark.parametrize("query", ["débogueur", "debogueur", "debogueur pasient", "déboguer patient"])
def test_accents_and_slips_are_forgiven(client: Client, window: None, query: str) -> None:
    assert "Débogueur patient" in names(client, query)


def test_ligatures_are_no_hurdle(client: Client, window: None) -> None:
    assert names(client, "coeur de metier") == names(client, "cœur de métier") == ["Cœur de métier"]


@pytest.mark.parametrize("query", ["zebra", "x", "", "…", "quantum chromodynamics"])
def test_what_no_name_resembles_is_not_found_by_name(client: Client, window: None, query: str) -> None:
    assert names(client, query) == []


def test_the_surest_names_come_first(client: Client, shelf: Shelf) -> None:
    for name in ("A letter", "Letters", "Better", "Letter box"):
        shelf(name)
    assert names(client, "letter") == ["Letter box", "Letters", "A letter", "Better"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("annonce", "Offre d’emploi claire"),
        ("jargon", "Offre d’emploi claire"),
        ("landlord", "Clear letters"),
        ("landlords", "Clear letters"),
        ("redige", "Offre d’emploi claire"),
        ("repairing bicycles", "Workshop"),
    ],
)
def test_words_of_the_texts_are_found_in_every_form(client: Client, window: None, query: str, name: str) -> None:
    assert name in bands(client, query)["words"]


@pytest.mark.parametrize("query", ["the", "le la les", "with your", "d'"])
def test_small_words_find_nothing(client: Client, window: None, query: str) -> None:
    assert bands(client, query)["words"] == []


def test_what_is_close_in_meaning_comes_last(client: Client, shelf: Shelf) -> None:
    shelf("Workshop", promise="Repairs bicycles and scooters.", meant=True)
    shelf("Kitchen", promise="Cooks dinners.", meant=True)
    found = bands(client, "bicyclette")
    assert (found["name"], found["words"], found["meaning"]) == ([], [], ["Workshop"])


def test_nobody_stands_in_two_bands(client: Client, window: None) -> None:
    found = [name for band in bands(client, "patient debugger error messages").values() for name in band]
    assert len(found) == len(set(found))


def test_without_the_embedder_names_and_words_are_found(client: Client, window: None) -> None:
    Offer.objects.filter(kind="embedding").update(base_url="http://127.0.0.1:9/v1")
    offered.forget()
    found = bands(client, "landlord")
    assert (found["words"], found["meaning"]) == (["Clear letters"], [])


def test_vectors_of_another_model_are_not_compared(client: Client, window: None) -> None:
    Listing.objects.filter(name="Workshop").update(embedding=[1.0, 0.0, 0.0], embedder="another")
    assert "Workshop" not in bands(client, "something else entirely")["meaning"]
    other = search.Meaning([1.0, 0.0, 0.0], "another")
    assert [listing.name for listing in search.by_meaning(Listing.objects.live(), other)] == ["Workshop"]


def test_search_can_be_narrowed(client: Client, window: None) -> None:
    assert bands(client, "patient", language="fr")["name"] == ["Débogueur patient"]
    assert bands(client, "patient", language="en")["name"] == ["Patient debugger"]
    assert bands(client, "patient", category="ecrire")["name"] == []
    assert bands(client, "patient", language="xx", category="")["name"] != []
    assert bands(client, "patient", category="nowhere")["name"] == []


def test_what_is_withdrawn_is_not_found(client: Client, window: None) -> None:
    services.withdraw(Listing.objects.get(name="Clear letters").assistant)
    assert "Clear letters" not in chain(*bands(client, "clear letters landlord").values())


@pytest.mark.parametrize("query", ["' or 1=1 --", "a & b | !c", "%", "\\", "<b>", "(((", "a:*", "🤷", "x" * 5000])
def test_odd_queries_do_no_harm(client: Client, window: None, query: str) -> None:
    page = client.get("/search/", {"q": query})
    assert page.status_code == 200
    assert "<b>" not in page.text.partition("<h1>")[2].partition("</h1>")[0].replace('<b class="num">', "")


def test_suggestions_come_while_one_types(client: Client, window: None) -> None:
    page = client.get("/suggest/", {"q": "debug"})
    assert page.context["names"][0].name == "Patient debugger"
    assert 'href="/a/patient-debugger/"' in page.text
    assert client.get("/suggest/", {"q": ""}).context["names"] == []
    near = client.get("/suggest/", {"q": "messages about errors"}).context
    assert "Patient debugger" in [listing.name for listing in near["meaning"]]

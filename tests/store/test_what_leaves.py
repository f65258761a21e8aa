"""Pages say what leaves this site after the models that are in use, whoever set them up."""

import pytest
from django.test import Client

from assistants.definition import Capabilities
from assistants.models import Offer
from tests.store.conftest import Shelf

CHAT, EMBEDDING = "https://chat.example.org/v1", "https://vectors.example.org/v1"
NOTICE = "The offline demonstration model answers here."


def place(kind: str, url: str) -> None:
    Offer.objects.filter(kind=kind).update(base_url=url)


def cartel(client: Client, url: str) -> dict[str, tuple[str, str]]:
    return {label: (value, detail) for label, value, detail in client.get(url).context["leaves"]}


def test_everything_at_home(client: Client, shelf: Shelf) -> None:
    found = cartel(client, shelf("Desk").get_absolute_url())
    assert found["Your messages"] == ("Stay on this server", "Nobody else reads them")
    assert (found["Domains"][0], found["Model"]) == ("No domain", ("Scripted", "Hosted here"))


def test_questions_go_to_an_embedding_model_elsewhere(client: Client, shelf: Shelf) -> None:
    place("embedding", EMBEDDING)
    found = cartel(client, shelf("Desk").get_absolute_url())
    assert found["Your messages"][0] == "Are answered on this server"
    assert found["Your questions"] == ("Also go to the model that searches the files", "vectors.example.org")
    assert (found["Domains"][0], found["Model"][1]) == ("vectors.example.org", "Hosted here")


def test_both_hosts_are_named(client: Client, shelf: Shelf) -> None:
    place("chat", CHAT)
    place("embedding", EMBEDDING)
    found = cartel(client, shelf("Desk").get_absolute_url())
    assert found["Your messages"] == ("Go to the model", "chat.example.org")
    assert found["Domains"][0] == "chat.example.org, vectors.example.org"


def test_an_assistant_that_searches_no_files_asks_no_embedding_model(client: Client, shelf: Shelf) -> None:
    place("embedding", EMBEDDING)
    listing = shelf("Desk", capabilities=Capabilities(knowledge=False))
    assert cartel(client, listing.get_absolute_url())["Domains"][0] == "No domain"


def test_without_any_model_nothing_leaves(client: Client, shelf: Shelf) -> None:
    listing = shelf("Desk")
    Offer.objects.all().delete()
    found = cartel(client, listing.get_absolute_url())
    assert (found["Your messages"][0], found["Model"]) == ("Stay on this server", ("None set up yet", ""))
    assert "No model is set up here yet" in client.get("/connect/").text
    assert "No model is set up here yet" in client.get("/privacy/").text


@pytest.mark.parametrize("is_offline", [True, False])
def test_the_notice_goes_by_the_default_model(client: Client, shelf: Shelf, is_offline: bool) -> None:
    Offer.objects.filter(kind="chat").update(is_offline=is_offline)
    for url in ("/", shelf("Desk").get_absolute_url()):
        assert (NOTICE in client.get(url).text) == is_offline
    assert ("By default an offline demonstration model" in client.get("/privacy/").text) == is_offline


def test_a_model_entered_by_hand_is_not_changed_by_variables(client: Client, shelf: Shelf) -> None:
    assert "An administrator entered it by hand" in client.get("/connect/").text
    Offer.objects.filter(kind="chat").update(follows_environment=True)
    assert "change the same three variables" in client.get("/connect/").text


def test_the_privacy_page_names_the_embedding_model_elsewhere(client: Client, shelf: Shelf) -> None:
    assert "own servers: for that, nothing goes elsewhere" in client.get("/privacy/").text
    place("embedding", EMBEDDING)
    page = client.get("/privacy/").text
    assert "the embedding model at vectors.example.org." in page
    assert "nothing goes elsewhere" not in page


def test_pages_that_say_nothing_of_it_ask_nothing(
    client: Client, offers: None, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(1):
        client.get("/categories/")

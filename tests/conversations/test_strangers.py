"""Nobody finds what belongs to somebody else: everything is a 404."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from assistants.models import Assistant
from conversations.models import Conversation, Run
from tests.assistants.made import SignIn
from tests.conversations.made import answered, begun, guest, known

pytestmark = pytest.mark.django_db
CITATION = {"n": 1, "passage": 0, "file": "", "file_name": "a.md", "page": None, "heading": "", "quote": "Quoted."}
GETS = ["/c/{conversation}/", "/c/{conversation}/title/", "/runs/{run}/events/", "/messages/{answer}/sources/1/"]
POSTS = ["/c/{conversation}/messages/", "/runs/{run}/stop/", "/runs/{run}/retry/"]
DOORS = [("get", url) for url in GETS] + [("post", url) for url in POSTS]
Address = Callable[[str], str]


@pytest.fixture
def address(person: User, assistant: Assistant) -> Address:
    """A person's own addresses."""
    sent = begun(known(person), assistant)
    answered(sent, "Quoted. [1]", citations=[CITATION])
    ids = {"conversation": sent.run.conversation_id, "run": sent.run.pk, "answer": sent.answer.pk}
    return lambda pattern: pattern.format(**ids)


def test_the_person_themselves_finds_all_of_it(person: User, as_user: SignIn, address: Address) -> None:
    browser = as_user(person)
    assert [browser.get(address(url)).status_code for url in GETS] == [200] * 4


@pytest.mark.parametrize(("verb", "url"), DOORS)
def test_another_account_finds_nothing(stranger: User, as_user: SignIn, address: Address, verb: str, url: str) -> None:
    assert getattr(as_user(stranger), verb)(address(url), {"text": "Hi"}).status_code == 404


@pytest.mark.parametrize(("verb", "url"), DOORS)
def test_neither_does_its_creator(creator: User, as_user: SignIn, address: Address, verb: str, url: str) -> None:
    assert getattr(as_user(creator), verb)(address(url), {"text": "Hi"}).status_code == 404


@pytest.mark.parametrize(("verb", "url"), DOORS)
def test_neither_does_an_administrator(
    administrator: User, as_user: SignIn, address: Address, verb: str, url: str
) -> None:
    assert getattr(as_user(administrator), verb)(address(url), {"text": "Hi"}).status_code == 404


@pytest.mark.parametrize(("verb", "url"), DOORS)
def test_neither_does_somebody_without_account_or_cookie(client: Client, address: Address, verb: str, url: str) -> None:
    assert getattr(client, verb)(address(url), {"text": "Hi"}).status_code == 404


@pytest.mark.parametrize(("verb", "url"), DOORS)
def test_neither_does_a_guest(address: Address, assistant: Assistant, verb: str, url: str) -> None:
    browser = Client()
    browser.post(f"/c/start/{assistant.slug}/", {"text": "Hello"})
    assert getattr(browser, verb)(address(url), {"text": "Hi"}).status_code == 404


@pytest.mark.parametrize(("verb", "url"), DOORS)
def test_a_person_does_not_find_what_is_a_guests(
    person: User, as_user: SignIn, assistant: Assistant, verb: str, url: str
) -> None:
    sent = begun(guest(), assistant)
    ids = {"conversation": sent.run.conversation_id, "run": sent.run.pk, "answer": sent.answer.pk}
    assert getattr(as_user(person), verb)(url.format(**ids), {"text": "Hi"}).status_code == 404


def test_an_account_without_talks_and_a_browser_without_cookie_list_nothing(
    stranger: User, as_user: SignIn, client: Client, address: Address
) -> None:
    assert as_user(stranger).get("/c/").context["history"] == []
    assert client.get("/c/").context["history"] == []


def test_somebody_elses_draft_can_not_be_tried(person: User, as_user: SignIn, assistant: Assistant) -> None:
    assert as_user(person).get(f"/preview/{assistant.pk}/").status_code == 404
    assert as_user(person).post(f"/preview/{assistant.pk}/start/", {"text": "Hi"}).status_code == 404


def test_talks_without_owner_belong_to_nobody(client: Client, assistant: Assistant) -> None:
    Conversation.objects.create(assistant=assistant, assistant_name="Orphan")
    assert Conversation.objects.of(guest()).count() == 0
    assert Run.objects.of(guest()).count() == 0
    assert client.get("/c/").context["history"] == []


@pytest.mark.parametrize("url", ["/c/%00/", "/runs/%00/events/", "/c/%F0%9F%98%80/", "/c/cnv_nothing/"])
def test_an_address_of_nothing_is_not_found(person: User, as_user: SignIn, url: str) -> None:
    assert as_user(person).get(url).status_code == 404

"""People without an account: a signed cookie, and what becomes of their talks when they sign in."""

import pytest
from django.core import signing
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from assistants.models import Assistant
from conversations import services
from conversations.models import Conversation, Run, Visitor
from conversations.people import COOKIE, COOKIE_SECONDS
from tests.conftest import PASSWORD
from tests.conversations.made import begun, guest

pytestmark = pytest.mark.django_db


def talk(browser: Client, assistant) -> Conversation:
    reply = browser.post(f"/c/start/{assistant.slug}/", {"text": "Hello"}, content_type="application/json")
    return Conversation.objects.get(pk=reply.json()["conversation"])


def test_the_first_message_brings_a_signed_cookie(client: Client, assistant: Assistant) -> None:
    conversation = talk(client, assistant)
    cookie = client.cookies[COOKIE]
    assert cookie.value.startswith(f"{conversation.visitor_id}:")
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", COOKIE_SECONDS)


def test_looking_around_brings_none(client: Client, assistant: Assistant) -> None:
    client.get("/")
    client.get(f"/c/new/{assistant.slug}/")
    client.get("/c/")
    assert COOKIE not in client.cookies
    assert not Visitor.objects.exists()


def test_a_guest_finds_their_talks_again(client: Client, assistant: Assistant) -> None:
    conversation = talk(client, assistant)
    assert client.get(conversation.get_absolute_url()).status_code == 200
    assert "Hello" in client.get("/c/").text
    assert talk(client, assistant).visitor_id == conversation.visitor_id


def test_another_guest_finds_nothing(client: Client, assistant: Assistant) -> None:
    conversation = talk(client, assistant)
    other = Client()
    talk(other, assistant)
    assert other.get(conversation.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("forge", ["{id}", "{id}:wrong", "{id}:1wCXvU:{signature}", "", "\x00", "{other_salt}"])
def test_a_forged_cookie_opens_nothing(client: Client, assistant: Assistant, forge: str) -> None:
    conversation = talk(client, assistant)
    visitor, _, signature = client.cookies[COOKIE].value.partition(":")
    other_salt = signing.get_cookie_signer(salt="other").sign(visitor)
    forged = Client()
    forged.cookies[COOKIE] = forge.format(id=visitor, signature=signature[-43:], other_salt=other_salt)
    assert forged.get(conversation.get_absolute_url()).status_code == 404
    assert talk(forged, assistant).visitor_id != conversation.visitor_id


def test_the_cookie_of_one_guest_is_no_cookie_for_another(client: Client, assistant: Assistant) -> None:
    conversation = talk(client, assistant)
    stolen = services.new_visitor()
    forged = Client()
    forged.cookies[COOKIE] = client.cookies[COOKIE].value.replace(str(conversation.visitor_id), stolen.pk)
    assert forged.get(conversation.get_absolute_url()).status_code == 404


def test_an_old_cookie_is_forgotten(client: Client, assistant: Assistant, settings: Settings) -> None:
    conversation = talk(client, assistant)
    old = Client()
    with pytest.MonkeyPatch.context() as clock:
        clock.setattr("django.core.signing.time.time", lambda: 1_600_000_000)
        old.cookies[COOKIE] = signing.get_cookie_signer(salt=COOKIE + COOKIE).sign(str(conversation.visitor_id))
    assert old.get(conversation.get_absolute_url()).status_code == 404


def test_signing_in_takes_the_talks_over(client: Client, person: User, assistant: Assistant) -> None:
    conversation = talk(client, assistant)
    page = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert page.status_code == 302
    conversation.refresh_from_db()
    assert (conversation.owner_id, conversation.visitor_id) == (person.pk, None)
    run = Run.objects.get()
    assert (run.user_id, run.visitor_id) == (person.pk, None)
    assert client.get(conversation.get_absolute_url()).status_code == 200


def test_signing_up_takes_the_talks_over(client: Client, assistant: Assistant) -> None:
    conversation = talk(client, assistant)
    form = {"display_name": "New person", "email": "new@example.org", "password1": "a long enough sentence"}
    assert client.post("/accounts/signup/", form).status_code == 302
    conversation.refresh_from_db()
    assert conversation.owner.email == "new@example.org"


def test_a_wrong_password_takes_nothing_over(client: Client, person: User, assistant: Assistant) -> None:
    conversation = talk(client, assistant)
    client.post("/accounts/login/", {"login": person.email, "password": "wrong"})
    conversation.refresh_from_db()
    assert conversation.owner_id is None


def test_a_forged_cookie_takes_nobodys_talks_over(client: Client, person: User, assistant: Assistant) -> None:
    other = begun(guest(), assistant).run.conversation
    client.cookies[COOKIE] = f"{other.visitor_id}:forged"
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    other.refresh_from_db()
    assert other.owner_id is None


def test_after_signing_out_the_browser_begins_anew(client: Client, person: User, assistant: Assistant) -> None:
    conversation = talk(client, assistant)
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    client.post("/accounts/logout/")
    assert client.get(conversation.get_absolute_url()).status_code == 404
    assert client.get("/c/").context["history"] == []


def test_an_instance_may_want_accounts(client: Client, assistant: Assistant, settings: Settings) -> None:
    settings.GUESTS_ALLOWED = False
    reply = client.post(f"/c/start/{assistant.slug}/", {"text": "Hi"}, content_type="application/json")
    assert (reply.status_code, reply.json()["error"]["code"]) == (403, "sign_in_required")
    assert COOKIE not in client.cookies
    assert not Visitor.objects.exists()
    assert "Sign in to talk to this assistant." in client.get(f"/c/new/{assistant.slug}/").text

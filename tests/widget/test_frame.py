"""The frame on other websites: no cookie, a visitor's token, and only on the websites that were named."""

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser, LexborNode

from accounts.models import User
from assistants.models import Assistant
from conversations.models import Conversation, Run, Surface
from conversations.services import Sent
from tests.conversations.made import answered, live_assistant
from widget import services
from widget.models import Embed

pytestmark = pytest.mark.django_db


@pytest.fixture
def assistant(creator: User, offers: None) -> Assistant:
    return live_assistant(creator, opening="Ask me about returns.")


@pytest.fixture
def embed(assistant: Assistant) -> Embed:
    return services.create_embed(assistant=assistant, origins="https://shop.example.org\nhttps://www.example.org")


def talk_of(client: Client, embed: Embed) -> LexborNode:
    return LexborHTMLParser(client.get(f"/embed/{embed.pk}/").text).css_first("[data-talk]")


def proof(talk: LexborNode) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Visitor {talk.attributes['data-token']}"}


def begin(client: Client, talk: LexborNode) -> dict[str, str]:
    reply = client.post(talk.attributes["data-start-url"], {"text": "Hi"}, "application/json", **proof(talk))
    assert reply.status_code == 201
    return reply.json()


def test_the_frame_sets_no_cookie_and_names_its_websites(client: Client, embed: Embed) -> None:
    reply = client.get(f"/embed/{embed.pk}/")
    assert not reply.cookies
    policy = reply["Content-Security-Policy"]
    assert "frame-ancestors https://shop.example.org https://www.example.org" in policy
    assert "'none' https" not in policy


def test_the_frame_hides_nothing_about_who_answers(client: Client, embed: Embed) -> None:
    page = LexborHTMLParser(client.get(f"/embed/{embed.pk}/").text)
    assert page.css_first(".whead h1").text() == "Returns desk"
    assert page.css_first(".whead p").text() == "Assistant, not a person"
    assert "Ask me about returns." in page.css_first("[data-intro]").text()
    assert not page.css("[name=csrfmiddlewaretoken], [style]")


def test_a_talk_through_the_frame_is_the_visitors(client: Client, embed: Embed) -> None:
    talk = talk_of(client, embed)
    begun = begin(client, talk)
    conversation = Conversation.objects.get(pk=begun["conversation"])
    assert (conversation.surface, conversation.owner_id) == (Surface.WIDGET, None)
    address = talk.attributes["data-resume-url"].replace("/_/", f"/{conversation.pk}/")
    assert client.get(address, **proof(talk)).status_code == 200
    assert client.get(address, **proof(talk_of(client, embed))).status_code == 404
    assert client.get(address).status_code == 403


def test_the_talk_so_far_comes_back_as_messages(client: Client, embed: Embed) -> None:
    talk = talk_of(client, embed)
    begun = begin(client, talk)
    address = talk.attributes["data-resume-url"].replace("/_/", f"/{begun['conversation']}/")
    live = LexborHTMLParser(client.get(address, **proof(talk)).text)
    assert live.css_first("[data-messages]").attributes["data-send-url"] == begun["send"]
    assert live.css_first("[data-live]").attributes["data-events"] == begun["events"]
    run = Run.objects.select_related("answer").get()
    answered(Sent(run.answer, run.answer, run), "Within **thirty** days.")
    done = LexborHTMLParser(client.get(address, **proof(talk)).text)
    assert [message.attributes["data-role"] for message in done.css("[data-message]")] == ["person", "assistant"]
    assert done.css_first("[data-prose] strong").text() == "thirty"


def test_a_token_opens_only_its_own_embed(client: Client, assistant: Assistant, embed: Embed) -> None:
    other = services.create_embed(assistant=assistant, origins="https://other.example.org")
    talk = talk_of(client, embed)
    stolen = {"HTTP_AUTHORIZATION": f"Visitor {services.new_token(other)}"}
    reply = client.post(talk.attributes["data-start-url"], {"text": "Hi"}, "application/json", **stolen)
    assert (reply.status_code, reply.json()["error"]["code"]) == (403, "bad_token")


def test_the_loader_is_served_at_its_own_address(client: Client) -> None:
    reply = client.get("/embed/v1.js")
    assert reply["Content-Type"].startswith("text/javascript")
    assert reply["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert b"document.currentScript" in reply.content

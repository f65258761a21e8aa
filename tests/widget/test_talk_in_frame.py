"""Talking in the frame, with the visitor's token alone."""

import asyncio
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from assistants import services as assistants
from assistants.models import Assistant
from conversations.models import Conversation, Message, Run
from conversations.people import COOKIE
from tests.assistants.made import SignIn
from tests.conversations.made import read_frame
from tests.widget.conftest import ORIGIN, Visiting, opened
from widget import services
from widget.models import Embed

pytestmark = pytest.mark.django_db
CITATION = {"n": 1, "passage": 0, "file": "", "file_name": "a.md", "page": 4, "heading": "", "quote": "Quoted words."}


def finish(reply: dict[str, str], state: str = "done", text: str = "Quoted.[1]") -> None:
    Message.objects.filter(pk=reply["answer"]).update(text=text, citations=[CITATION])
    Run.objects.filter(pk=reply["run"]).update(state=state, error_code="stream_cut")


def test_a_visitor_begins_and_goes_on(visitor: Visiting) -> None:
    reply = visitor.say("Hello")
    assert set(reply) == {"conversation", "send", "message", "answer", "run", "events", "stop", "retry"}
    conversation = Conversation.objects.get(pk=reply["conversation"])
    assert (conversation.surface, conversation.owner_id) == ("widget", None)
    assert conversation.visitor_id == services.visitor_of(visitor.token, visitor.embed.pk)
    finish(reply)
    assert visitor.post(reply["send"], text="And then?").status_code == 201
    assert conversation.messages.count() == 4


def test_every_address_in_a_reply_is_the_frames_own(visitor: Visiting) -> None:
    reply = visitor.say()
    own = f"/embed/{visitor.embed.pk}/"
    assert all(reply[name].startswith(own) for name in ("send", "events", "stop", "retry"))


def test_a_run_is_followed_stopped_and_asked_for_again(visitor: Visiting) -> None:
    reply = visitor.say()
    assert visitor.post(reply["stop"]).json() == {"state": "cancelled"}
    response = visitor.get(reply["events"])
    assert response["Content-Type"] == "text/event-stream"
    frames = asyncio.run(_read(response))
    assert [read_frame(frame).name for frame in frames] == ["stopped"]
    again = visitor.post(reply["retry"])
    assert again.status_code == 201
    assert again.json()["events"].startswith(f"/embed/{visitor.embed.pk}/runs/")


async def _read(response: Any) -> list[str]:
    return [frame.decode() async for frame in response.streaming_content]


def test_a_reload_finds_the_messages_again(visitor: Visiting) -> None:
    reply = visitor.say("What about <b>this</b>?")
    finish(reply)
    page = visitor.get(f"conversations/{reply['conversation']}/")
    assert page.status_code == 200
    assert "What about &lt;b&gt;this&lt;/b&gt;?" in page.text
    assert "Quoted." in page.text
    assert f'data-send-url="{reply["send"]}"' in page.text


def test_a_numeral_opens_its_source(visitor: Visiting) -> None:
    reply = visitor.say()
    finish(reply)
    panel = visitor.get(f"messages/{reply['answer']}/sources/1/")
    assert "Quoted words." in panel.text
    assert visitor.get(f"messages/{reply['answer']}/sources/2/").status_code == 404


def test_no_cookie_is_needed_set_or_believed(visitor: Visiting, client: Client, assistant: Assistant) -> None:
    client.post(f"/c/start/{assistant.slug}/", {"text": "As a guest of the site"})
    theirs = Conversation.objects.get()
    visitor.browser.cookies[COOKIE] = client.cookies[COOKIE].value
    reply = visitor.say()
    assert Conversation.objects.get(pk=reply["conversation"]).visitor_id != theirs.visitor_id
    assert set(visitor.browser.cookies) == {COOKIE}
    assert visitor.get(f"conversations/{theirs.pk}/").status_code == 404


def test_somebody_signed_in_on_the_site_talks_as_a_visitor_there(
    person: User, as_user: SignIn, embed: Embed, assistant: Assistant
) -> None:
    visitor = Visiting(embed, opened(embed).token, as_user(person))
    reply = visitor.say()
    assert Conversation.objects.get(pk=reply["conversation"]).owner_id is None


DOORS = [
    ("post", "conversations/"),
    ("post", "conversations/{conversation}/messages/"),
    ("get", "conversations/{conversation}/"),
    ("get", "runs/{run}/events/"),
    ("post", "runs/{run}/stop/"),
    ("post", "runs/{run}/retry/"),
    ("get", "messages/{answer}/sources/1/"),
]


@pytest.mark.parametrize(("verb", "door"), DOORS)
def test_without_a_good_token_nothing_opens(visitor: Visiting, embed: Embed, verb: str, door: str) -> None:
    path = door.format(**visitor.say())
    own = services.visitor_of(visitor.token, embed.pk)
    other_embed = services.create_embed(assistant=embed.assistant, origins=ORIGIN)
    for token in (
        "",
        "forged",
        visitor.token[:-2] + "xx",
        signing.dumps([embed.pk, own], salt="other"),
        opened(other_embed).token,
    ):
        assert getattr(Visiting(embed, token), verb)(path).status_code == 403
    bearer = getattr(Client(), verb)(f"/embed/{embed.pk}/{path}", headers={"authorization": f"Bearer {visitor.token}"})
    assert bearer.status_code == 403


@pytest.mark.parametrize(("verb", "door"), DOORS[1:])
def test_another_visitors_talk_is_not_found(visitor: Visiting, embed: Embed, verb: str, door: str) -> None:
    path = door.format(**visitor.say())
    assert getattr(opened(embed), verb)(path).status_code == 404


def test_an_old_token_is_refused(embed: Embed, visitor: Visiting, monkeypatch: pytest.MonkeyPatch) -> None:
    own = services.visitor_of(visitor.token, embed.pk)
    with monkeypatch.context() as clock:
        clock.setattr("django.core.signing.time.time", lambda: 1_600_000_000)
        old = services.new_token(embed, own)
    reply = Visiting(embed, old).post("conversations/", text="Hi")
    assert (reply.status_code, reply.json()["error"]["code"]) == (403, "bad_token")


def test_a_token_speaks_for_its_visitor_on_the_next_page_too(embed: Embed, visitor: Visiting) -> None:
    reply = visitor.say()
    renewed = Visiting(embed, services.new_token(embed, services.visitor_of(visitor.token, embed.pk)))
    assert renewed.get(f"conversations/{reply['conversation']}/").status_code == 200


def test_what_is_switched_off_answers_no_more(visitor: Visiting, embed: Embed) -> None:
    reply = visitor.say()
    finish(reply, "failed")
    services.update_embed(embed=embed, origins=ORIGIN, is_enabled=False)
    assert visitor.post("conversations/", text="Hi").status_code == 404
    assert visitor.post(reply["send"], text="Hi").status_code == 404
    assert visitor.post(reply["retry"]).status_code == 404


def test_what_was_withdrawn_answers_no_more(visitor: Visiting, embed: Embed) -> None:
    reply = visitor.say()
    finish(reply)
    assistants.withdraw(assistant=embed.assistant)
    assert visitor.post(reply["send"], text="Hi").status_code == 404


def test_an_instance_that_wants_accounts_has_no_visitors(visitor: Visiting, settings: Settings) -> None:
    settings.GUESTS_ALLOWED = False
    assert visitor.post("conversations/", text="Hi").status_code == 403


@pytest.mark.parametrize(("text", "code"), [("", "empty"), ("x" * 20_001, "too_long")])
def test_a_refusal_is_json_and_leaves_nothing(visitor: Visiting, text: str, code: str) -> None:
    reply = visitor.post("conversations/", text=text)
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, code)
    assert not Conversation.objects.exists()


def test_visitors_have_the_limits_of_guests(visitor: Visiting, settings: Settings) -> None:
    settings.MESSAGE_LIMIT_GUEST = 1
    finish(visitor.say())
    reply = visitor.post("conversations/", text="More")
    assert reply.status_code == 429
    assert int(reply["Retry-After"]) > 0


def test_one_answer_at_a_time(visitor: Visiting) -> None:
    reply = visitor.say()
    assert visitor.post(reply["send"], text="And?").status_code == 409

"""The reply to a message is the stream of its answer."""

import asyncio
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from assistants.models import Assistant
from conversations import sse
from conversations.models import Conversation, Run
from conversations.people import COOKIE
from tests.assistants.made import SignIn
from tests.conversations.accidents import Room
from tests.conversations.made import live_assistant, read_frame
from tests.scripted import ScriptedServer
from tests.stack import Stack

STREAM = {"accept": "text/event-stream, application/json"}


@pytest.fixture
def room(stack: Stack, creator: User) -> Room:
    room = Room(stack, live_assistant(creator).slug)
    room.follow(room.say("Hello")).wait()
    return room


def test_what_was_accepted_comes_first_then_what_every_follower_hears(room: Room, scripted: ScriptedServer) -> None:
    talking = room.talk("[[tokens:40 rate:40]]")
    talking.wait_for_text()
    accepted = talking.happened[0]
    assert (accepted.name, accepted.id) == ("accepted", "")
    assert set(accepted.data) == {"message", "answer", "run", "events", "stop", "retry"}
    beside = room.follow(accepted.data)
    assert talking.wait() == beside.wait()
    assert talking.happened[1:] == beside.happened
    assert len(scripted.requests) == 2


def test_one_who_hangs_up_goes_on_from_the_last_event(room: Room) -> None:
    talking = room.talk("[[tokens:60 rate:40]]")
    talking.wait_for_text()
    talking.leave()
    rest = room.follow(talking.happened[0].data, after=talking.ids[-1])
    whole = room.follow(talking.happened[0].data)
    rest.wait()
    whole.wait()
    assert talking.happened[1:] + rest.happened == whole.happened
    assert Run.objects.get(pk=talking.happened[0].data["run"]).state == "done"


async def first_frame(response: Any) -> bytes:
    """The first frame; then leave, and see that nobody is followed any more."""
    frames = aiter(response.streaming_content)
    first: bytes = await anext(frames)
    await frames.aclose()
    await asyncio.sleep(0.05)
    assert sse.hub()._runs == {}
    return first


@pytest.mark.django_db
def test_a_guests_first_message_brings_cookie_and_addresses(client: Client, assistant: Assistant) -> None:
    url = f"/c/start/{assistant.slug}/"
    response = client.post(url, {"text": "Hello"}, content_type="application/json", headers=STREAM)
    assert (response.status_code, response["Content-Type"]) == (201, "text/event-stream")
    conversation = Conversation.objects.get()
    assert response.cookies[COOKIE].value.startswith(str(conversation.visitor_id))
    accepted = read_frame(asyncio.run(first_frame(response)).decode())
    assert accepted is not None
    assert accepted.data["url"] == conversation.get_absolute_url()
    assert accepted.data["send"] == f"/c/{conversation.pk}/messages/"


@pytest.mark.django_db
def test_a_refusal_is_json_all_the_same(person: User, assistant: Assistant, as_user: SignIn) -> None:
    url = f"/c/start/{assistant.slug}/"
    refused = as_user(person).post(url, {"text": ""}, content_type="application/json", headers=STREAM)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "empty")

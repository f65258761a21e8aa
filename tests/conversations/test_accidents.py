"""Accidents, on the real processes: nothing said is lost, no run is stuck, everybody hears one end."""

import threading
import time
from typing import Any

import pytest

from assistants import offers
from assistants.models import Offer
from conversations.models import Message, Run
from core import redis
from tests.conversations.accidents import Room, assert_well_ended
from tests.conversations.made import live_assistant, until
from tests.scripted import ScriptedServer
from tests.stack import Stack

LONG = "[[tokens:120 rate:40]]"
WHOLE = " ".join(f"word{n}" for n in range(1, 121))


@pytest.fixture
def room(stack: Stack, creator) -> Room:
    return Room(stack, live_assistant(creator).slug)


def test_a_reload_in_mid_stream_and_a_second_device(room: Room, scripted: ScriptedServer) -> None:
    reply = room.say(LONG)
    first = room.follow(reply)
    first.wait_for_text(10)
    first.leave()
    page = room.read(reply)
    assert f'data-events="{reply["events"]}"' in page
    assert LONG in page
    reloaded = room.follow(reply, after=first.ids[-1])
    second = room.follow(reply)
    third = room.follow(reply)
    for follower in (reloaded, second, third):
        follower.wait()
    assert assert_well_ended(reply, "done", second, third).text == WHOLE
    assert second.happened == third.happened == first.happened + reloaded.happened
    assert len(scripted.requests) == 1


def test_stop_reaches_the_model_and_keeps_the_part(room: Room, scripted: ScriptedServer) -> None:
    reply = room.say("[[tokens:2000 rate:40]]")
    follower = room.follow(reply)
    follower.wait_for_text(10)
    room.stop(reply)
    assert follower.wait().name == "stopped"
    answer = assert_well_ended(reply, "cancelled", follower)
    assert answer.text.startswith("word1 word2 word3")
    until(lambda: scripted.disconnects == 1)
    assert scripted.tokens_sent < 500
    assert "Stopped. What had arrived is kept." in room.read(reply)


def test_a_worker_killed_in_mid_stream_and_another_started(room: Room, stack: Stack, scripted: ScriptedServer) -> None:
    reply = room.say(LONG)
    follower = room.follow(reply)
    follower.wait_for_text(10)
    stack.kill("worker")
    stack.start("worker")
    late = room.follow(reply)
    assert follower.wait().name == "done"
    late.wait()
    assert assert_well_ended(reply, "done", follower, late).text == WHOLE
    assert [event.data["attempt"] for event in follower.happened if event.name == "started"] == [1, 2]
    second = max(place for place, name in enumerate(follower.names) if name == "started")
    assert follower.happened[second + 1].data == {"text": ""}
    assert Message.objects.count() == 2
    assert len(scripted.requests) == 2


def test_redis_emptied_in_mid_stream(room: Room, scripted: ScriptedServer) -> None:
    reply = room.say(LONG)
    follower = room.follow(reply)
    follower.wait_for_text(10)
    redis.client().flushdb()
    until(lambda: follower.names.count("snapshot") == 2)
    late = room.follow(reply)
    assert follower.wait().name == "done"
    late.wait()
    assert assert_well_ended(reply, "done", follower, late).text == WHOLE
    assert late.names[0] == "snapshot"
    assert len(scripted.requests) == 1
    again = room.say("Are you still there?")
    assert room.follow(again).wait().data["text"] == "Scripted answer to: Are you still there?"


def test_redis_emptied_before_the_task_is_taken(room: Room, stack: Stack) -> None:
    stack.kill("worker")
    reply = room.say("Anybody?")
    follower = room.follow(reply)
    redis.client().flushdb()
    stack.start("worker")
    assert follower.wait().data["text"] == "Scripted answer to: Anybody?"
    assert_well_ended(reply, "done", follower)


def test_a_stopped_run_that_nobody_took_stays_stopped(room: Room, stack: Stack, scripted: ScriptedServer) -> None:
    stack.kill("worker")
    reply = room.say("Never mind")
    follower = room.follow(reply)
    room.stop(reply)
    assert follower.wait().name == "stopped"
    stack.start("worker")
    stack.wait_until_healthy("worker")
    assert_well_ended(reply, "cancelled", follower)
    again = room.retry(reply)
    assert room.follow(again).wait().data["text"] == "Scripted answer to: Never mind"
    assert len(scripted.requests) == 1


@pytest.mark.parametrize(
    ("wishes", "code", "sentence"),
    [
        ({"drop": True}, "backend_unreachable", "can't be reached"),
        ({"cut": 20, "tokens": 40}, "stream_cut", "broke off"),
        ({"status": 429, "retry": "60"}, "rate_limited", "asked too much"),
        ({"status": 401}, "key_refused", "refused this site's key"),
        ({"status": 400, "code": "context_length_exceeded"}, "context_too_long", "grown too long"),
        ({"status": 500}, "provider_failed", "Something went wrong on our side"),
    ],
)
def test_what_goes_wrong_at_the_model_ends_in_a_sentence_and_can_be_tried_again(
    room: Room, scripted: ScriptedServer, wishes: dict[str, Any], code: str, sentence: str
) -> None:
    for _ in range(2):  # a connection that broke at once is tried twice
        scripted.script(**wishes)
    reply = room.say("A question worth keeping")
    follower = room.follow(reply)
    last = follower.wait()
    assert (last.name, last.data["code"]) == ("failed", code)
    assert sentence in last.data["message"]
    assert_well_ended(reply, "failed", follower)
    page = room.read(reply)
    assert "A question worth keeping" in page
    assert f'action="{reply["retry"]}"' in page
    scripted.reset()
    again = room.retry(reply)
    follower = room.follow(again)
    assert follower.wait().name == "done"
    answer = assert_well_ended(again, "done", follower)
    assert answer.text == "Scripted answer to: A question worth keeping"


def test_a_model_that_is_not_there(room: Room) -> None:
    address = Offer.objects.for_chat().get().base_url
    move_model("http://127.0.0.1:9/v1")
    reply = room.say("Hello?")
    follower = room.follow(reply)
    assert follower.wait().data["code"] == "backend_unreachable"
    assert_well_ended(reply, "failed", follower)
    move_model(address)
    assert room.follow(room.retry(reply)).wait().data["text"] == "Scripted answer to: Hello?"


def move_model(address: str) -> None:
    """The worker hears of it when it has forgotten the old address."""
    Offer.objects.filter(kind="chat").update(base_url=address)
    time.sleep(offers.CHAT_SECONDS)


def test_a_slow_model_is_waited_for(room: Room) -> None:
    reply = room.say("[[slow:4]] Hello")
    follower = room.follow(reply)
    until(lambda: "started" in follower.names)
    assert follower.wait().name == "done"
    assert assert_well_ended(reply, "done", follower).text == "Scripted answer to: Hello"
    assert Run.objects.get().attempt == 1


def test_a_short_rate_limit_is_not_even_noticed(room: Room) -> None:
    reply = room.say("[[status:429 retry=1 times=1]] Hello")
    follower = room.follow(reply)
    assert follower.wait().data["text"] == "Scripted answer to: Hello"
    assert_well_ended(reply, "done", follower)


def test_an_impatient_double_click_makes_one_answer(room: Room, scripted: ScriptedServer) -> None:
    reply = room.say("First")
    room.follow(reply).wait()
    codes: list[int] = []

    def click() -> None:
        codes.append(room.browser.post(reply["send"], json={"text": "[[tokens:30 rate:30]]"}).status_code)

    clicks = [threading.Thread(target=click) for _ in range(5)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert sorted(codes) == [201, 409, 409, 409, 409]
    assert Message.objects.count() == 4
    until(lambda: not Run.objects.live().exists())

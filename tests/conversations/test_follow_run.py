"""Following runs: every follower hears everything once, from wherever they begin, and one end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from pytest_django.fixtures import Settings

from accounts.models import User
from assistants.models import Assistant
from conversations import failures, sse
from conversations.events import Done, Failed, Searched
from conversations.models import Message, Run
from conversations.stream import Publisher, key
from core import redis
from core.ids import new_id
from tests.assistants.made import SignIn
from tests.conversations.made import Happened, begun, known, read_frame, shown, until


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
def told(publisher: Publisher) -> str:
    """A run whose whole stream is on Redis."""
    run_id = new_id("run")
    publisher.open(run_id, 1)
    publisher.add(run_id, Searched(1, 2, 0.1))
    for number in range(6):
        publisher.add_text(run_id, f"{number} ")
        until(lambda number=number: redis.client().xlen(key(run_id)) == number + 4)
    publisher.close(run_id, Done("0 1 2 3 4 5"))
    until(lambda: redis.client().xlen(key(run_id)) == 10)
    return run_id


async def hear(run_id: str, after: str = sse.START, language: str = "en") -> list[Happened]:
    frames = [frame.decode() async for frame in sse.follow(run_id, after, language)]
    return [event for frame in frames if (event := read_frame(frame))]


def names(happened: list[Happened]) -> list[str]:
    return [event.name for event in happened]


def test_a_follower_hears_everything_in_order(told: str) -> None:
    happened = asyncio.run(hear(told))
    assert names(happened) == ["started", "snapshot", "searched", *["text"] * 6, "done"]
    assert shown(happened[:-1]) == "0 1 2 3 4 5 "
    assert happened[2].data == {"files": 1, "passages": 2, "seconds": 0.1}


def test_going_on_from_any_event_gives_exactly_the_rest(told: str) -> None:
    async def from_each() -> None:
        whole = await hear(told)
        for place, event in enumerate(whole[:-1]):
            assert await hear(told, event.id) == whole[place + 1 :]

    asyncio.run(from_each())


def test_two_followers_hear_the_same(told: str) -> None:
    async def both() -> list[list[Happened]]:
        return await asyncio.gather(hear(told), hear(told))

    first, second = asyncio.run(both())
    assert first == second
    assert len(first) == 10


def test_one_who_begins_further_on_hears_nothing_twice(told: str) -> None:
    async def from_two_places() -> None:
        whole = await hear(told)
        for order in (1, -1):
            places = [sse.START, whole[4].id, whole[7].id][::order]
            heard = await asyncio.gather(*(hear(told, place) for place in places))
            assert heard[::order] == [whole, whole[5:], whole[8:]]

    asyncio.run(from_two_places())


def test_a_late_follower_catches_up(publisher: Publisher) -> None:
    run_id = new_id("run")

    async def late() -> tuple[list[Happened], list[Happened]]:
        publisher.open(run_id, 1)
        publisher.add_text(run_id, "One ")
        first = asyncio.create_task(hear(run_id))
        await asyncio.sleep(0.3)
        second = asyncio.create_task(hear(run_id))
        for number in range(5):
            publisher.add_text(run_id, f"{number} ")
            await asyncio.sleep(0.1)
        publisher.close(run_id, Done("end"))
        return await first, await second

    first, second = asyncio.run(late())
    assert first == second
    assert shown(first[:-1]) == "One 0 1 2 3 4 "


def test_after_a_flush_followers_see_the_whole_text(publisher: Publisher) -> None:
    run_id = new_id("run")

    async def flushed() -> list[Happened]:
        publisher.open(run_id, 1)
        publisher.add_text(run_id, "Before ")
        following = asyncio.create_task(hear(run_id))
        await asyncio.sleep(0.3)
        redis.client().flushdb()
        publisher.add_text(run_id, "after ")
        await asyncio.sleep(0.3)
        publisher.add_text(run_id, "more")
        await asyncio.sleep(0.2)
        publisher.close(run_id, Done("end"))
        return await following

    happened = asyncio.run(flushed())
    assert shown(happened[:-1]) == "Before after more"
    assert names(happened).count("done") == 1


async def first_frames(run_id: str, count: int) -> list[bytes]:
    """So many frames, then leave."""
    async with contextlib.aclosing(sse.follow(run_id, sse.START, "en")) as frames:
        return [frame async for _number, frame in azip(range(count), frames)]


async def azip(numbers: range, frames: AsyncIterator[bytes]) -> AsyncIterator[tuple[int, bytes]]:
    for number in numbers:
        yield number, await anext(frames)


def test_silence_is_filled_with_a_comment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "PING_SECONDS", 0.1)
    assert asyncio.run(first_frames(new_id("run"), 2)) == [b": ping\n\n"] * 2


def test_one_who_leaves_is_forgotten(told: str) -> None:
    async def leave() -> None:
        await first_frames(told, 2)
        assert sse.hub()._runs == {}

    asyncio.run(leave())


def test_no_id_that_a_client_sends_disturbs_the_others(told: str) -> None:
    for odd in ("5-5-5", "٣-٣", "x", "-", "9" * 30, "1-1\r\n", ""):
        assert not sse.ENTRY.fullmatch(odd)


@pytest.mark.parametrize("protocol", [2, 3])
def test_either_protocol_of_redis_will_do_for_reading(told: str, protocol: int, settings: Settings) -> None:
    settings.REDIS_URL += f"?protocol={protocol}"
    assert len(asyncio.run(hear(told))) == 10


def test_a_failure_is_told_in_the_readers_language(publisher: Publisher) -> None:
    run_id = new_id("run")
    publisher.close(run_id, Failed("stream_cut", "Half an ans"))
    until(lambda: redis.client().xlen(key(run_id)))
    for language in ("en", "fr"):
        (failed,) = asyncio.run(hear(run_id, language=language))
        with translation.override(language):
            assert failed.data["message"] == failures.sentence("stream_cut")
        assert failed.data["text"] == "Half an ans"


def test_each_failure_has_a_sentence_of_its_own() -> None:
    codes = ["backend_unreachable", "key_refused", "rate_limited", "context_too_long", "content_refused", "stream_cut"]
    codes += ["model_missing", "no_model", "assistant_gone", "timeout", "lost", "provider_failed"]
    assert len({failures.sentence(code) for code in codes}) == len(codes)
    assert failures.sentence("internal") == failures.sentence("provider_failed")


# --- What Postgres knows ---------------------------------------------------------------------------------------


@pytest.fixture
def run(transactional_db: None, person: User, assistant: Assistant) -> Iterator[Run]:
    """A run that a worker answers."""
    run = begun(known(person), assistant).run
    Run.objects.filter(pk=run.pk).update(state=Run.State.RUNNING, attempt=1)
    yield run


def end(run: Run, state: str, **facts: Any) -> None:
    Message.objects.filter(pk=run.answer_id).update(text="The answer", citations=[{"n": 1}])
    Run.objects.filter(pk=run.pk).update(state=state, **facts)


@pytest.mark.parametrize(
    ("state", "name", "rest"),
    [
        ("done", "done", {"citations": [{"n": 1}]}),
        ("cancelled", "stopped", {"citations": [{"n": 1}]}),
        ("failed", "failed", {"code": "timeout"}),
    ],
)
def test_an_end_that_redis_lost_comes_from_postgres(
    run: Run, monkeypatch: pytest.MonkeyPatch, state: str, name: str, rest: dict[str, Any]
) -> None:
    monkeypatch.setattr(sse, "SILENT_SECONDS", 0.1)

    async def lost() -> list[Happened]:
        following = asyncio.create_task(hear(run.pk))
        await asyncio.sleep(0.2)
        await asyncio.to_thread(end, run, state, error_code="timeout")
        return await following

    (happened,) = asyncio.run(lost())
    assert happened.name == name
    assert rest.items() <= happened.data.items()
    assert happened.data["text"] == "The answer"


def test_while_redis_is_away_followers_wait_and_hear_the_end(
    run: Run, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(sse, "SILENT_SECONDS", 0.1)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    end(run, "done")
    assert names(asyncio.run(hear(run.pk))) == ["done"]


async def read(response: Any) -> list[Happened]:
    frames = [frame.decode() async for frame in response.streaming_content]
    return [event for frame in frames if (event := read_frame(frame))]


def events_of(browser: Client, run: Run, last: str = "") -> list[Happened]:
    response = browser.get(f"/runs/{run.pk}/events/", headers={"last-event-id": last} if last else {})
    assert response["Content-Type"] == "text/event-stream"
    assert (response["Cache-Control"], response["X-Accel-Buffering"]) == ("no-store", "no")
    return asyncio.run(read(response))


def test_a_run_that_has_ended_is_told_in_one_event(run: Run, person: User, as_user: SignIn) -> None:
    end(run, "done")
    (happened,) = events_of(as_user(person), run, "5-0")
    assert (happened.name, happened.data) == ("done", {"text": "The answer", "citations": [{"n": 1}]})


def test_a_live_run_is_followed_over_the_web(run: Run, person: User, as_user: SignIn, publisher: Publisher) -> None:
    publisher.open(run.pk, 1)
    publisher.add_text(run.pk, "One ")
    until(lambda: redis.client().xlen(key(run.pk)) == 3)
    publisher.close(run.pk, Done("One two"))
    until(lambda: redis.client().xlen(key(run.pk)) == 4)
    happened = events_of(as_user(person), run)
    assert names(happened) == ["started", "snapshot", "text", "done"]
    assert names(events_of(as_user(person), run, happened[2].id)) == ["done"]
    assert names(events_of(as_user(person), run, "no-id")) == names(happened)

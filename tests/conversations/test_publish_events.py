"""The writer of events, on a real Redis."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
import redis as redis_client
from django.conf import settings

from conversations.events import Done, Searched
from conversations.stream import ENDED_EXPIRES, LIVE_EXPIRES, Publisher, key
from core import redis
from core.embedded import redis as embedded
from core.ids import new_id
from tests.conversations.made import until

Events = list[tuple[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
def run_id() -> str:
    return new_id("run")


def events(run_id: str, client: redis.Client | None = None) -> Events:
    entries: Any = (client or redis.client()).xrange(key(run_id))
    return [(fields[b"n"].decode(), json.loads(fields[b"d"])) for _entry, fields in entries]


def names(run_id: str) -> list[str]:
    return [name for name, _data in events(run_id)]


def shown(happened: Events) -> str:
    """What a follower sees in the end."""
    text = ""
    for name, data in happened:
        text = data["text"] if name == "snapshot" else text + data["text"] if name == "text" else text
    return text


def test_an_attempt_begins_with_an_empty_page(publisher: Publisher, run_id: str) -> None:
    publisher.open(run_id, 2)
    until(lambda: len(events(run_id)) == 2)
    assert events(run_id) == [("started", {"attempt": 2}), ("snapshot", {"text": ""})]


def test_the_first_piece_goes_at_once_and_the_others_are_gathered(publisher: Publisher, run_id: str) -> None:
    publisher.open(run_id, 1)
    until(lambda: len(events(run_id)) == 2)
    start = time.monotonic()
    publisher.add_text(run_id, "One")
    until(lambda: len(events(run_id)) == 3)
    assert time.monotonic() - start < 0.2
    for number in range(50):
        publisher.add_text(run_id, f" {number}")
    until(lambda: shown(events(run_id)).endswith(" 49"))
    assert len(events(run_id)) < 10
    assert shown(events(run_id)) == "One" + "".join(f" {number}" for number in range(50))


def test_events_keep_their_order(publisher: Publisher, run_id: str) -> None:
    publisher.open(run_id, 1)
    publisher.add(run_id, Searched(files=2, passages=6, seconds=0.2))
    publisher.add_text(run_id, "One")
    publisher.close(run_id, Done("One.", []))
    until(lambda: "done" in names(run_id))
    assert names(run_id) == ["started", "snapshot", "searched", "text", "done"]
    assert events(run_id)[-1][1] == {"text": "One.", "citations": []}


def test_what_waits_is_sent_before_the_end(publisher: Publisher, run_id: str) -> None:
    publisher.open(run_id, 1)
    for number in range(200):
        publisher.add_text(run_id, f"{number},")
    publisher.close(run_id, Done("whole"))
    until(lambda: "done" in names(run_id))
    assert shown(events(run_id)) == "".join(f"{number}," for number in range(200))
    assert names(run_id).count("done") == 1


def test_many_runs_share_a_writer(publisher: Publisher) -> None:
    runs = [new_id("run") for _ in range(20)]
    for run_id in runs:
        publisher.open(run_id, 1)
    for number in range(10):
        for run_id in runs:
            publisher.add_text(run_id, f"{run_id[-4:]}{number} ")
    for run_id in runs:
        publisher.close(run_id, Done())
    until(lambda: all("done" in names(run_id) for run_id in runs))
    for run_id in runs:
        assert shown(events(run_id)) == "".join(f"{run_id[-4:]}{number} " for number in range(10))


def test_after_a_flush_the_whole_text_comes_again(publisher: Publisher, run_id: str) -> None:
    publisher.open(run_id, 1)
    publisher.add_text(run_id, "Before. ")
    until(lambda: "text" in names(run_id))
    redis.client().flushdb()
    publisher.add_text(run_id, "After.")
    until(lambda: shown(events(run_id)) == "Before. After.")
    assert names(run_id)[0] == "snapshot"
    publisher.add_text(run_id, " More.")
    until(lambda: shown(events(run_id)) == "Before. After. More.")
    assert redis.client().ttl(key(run_id)) > 0


def test_a_stream_flushed_before_its_end_still_ends(publisher: Publisher, run_id: str) -> None:
    publisher.open(run_id, 1)
    publisher.add_text(run_id, "Before.")
    until(lambda: "text" in names(run_id))
    redis.client().flushdb()
    publisher.close(run_id, Done("Before."))
    until(lambda: names(run_id) == ["done"])


def test_streams_expire(publisher: Publisher, run_id: str) -> None:
    publisher.open(run_id, 1)
    until(lambda: names(run_id))
    assert LIVE_EXPIRES - 60 < redis.client().ttl(key(run_id)) <= LIVE_EXPIRES
    publisher.close(run_id, Done())
    until(lambda: "done" in names(run_id))
    assert 0 < redis.client().ttl(key(run_id)) <= ENDED_EXPIRES


def test_a_run_that_was_taken_by_another_says_nothing_more(publisher: Publisher, run_id: str) -> None:
    publisher.open(run_id, 1)
    until(lambda: len(events(run_id)) == 2)
    publisher.forget(run_id)
    publisher.add_text(run_id, "Too late")
    publisher.add(run_id, Searched())
    other = new_id("run")
    publisher.close(other, Done())
    until(lambda: names(other))
    assert names(run_id) == ["started", "snapshot"]


def test_a_second_attempt_takes_back_what_the_first_showed(publisher: Publisher, run_id: str) -> None:
    publisher.open(run_id, 1)
    publisher.add_text(run_id, "First try")
    until(lambda: "text" in names(run_id))
    publisher.open(run_id, 2)
    publisher.add_text(run_id, "Second try")
    until(lambda: shown(events(run_id)) == "Second try")
    assert names(run_id) == ["started", "snapshot", "text", "started", "snapshot", "text"]


def test_what_can_not_be_written_does_not_end_the_writer(publisher: Publisher, run_id: str) -> None:
    publisher.open(run_id, 1)
    publisher.add_text(run_id, "\ud83d")
    time.sleep(0.2)
    other = new_id("run")
    publisher.close(other, Done("Well"))
    until(lambda: names(other) == ["done"])


def test_while_redis_is_away_the_text_waits(tmp_path: Path, run_id: str) -> None:
    """Redis is killed under the writer and comes back empty."""
    process, url = embedded.start(tmp_path)
    client = redis_client.Redis.from_url(url, socket_timeout=1)
    publisher = Publisher(lambda: client)
    publisher.open(run_id, 1)
    publisher.add_text(run_id, "One ")
    until(lambda: shown(events(run_id, client)) == "One ")
    process.kill()
    process.wait()
    publisher.add_text(run_id, "two ")
    time.sleep(0.3)
    publisher.add_text(run_id, "three")
    port, password = url.partition("@")[2].partition(":")[2].partition("/")[0], url.split(":")[2].partition("@")[0]
    again, _url = embedded.start(tmp_path, port=int(port), password=password)
    try:
        until(lambda: shown(events(run_id, client)) == "One two three")
        publisher.add_text(run_id, ".")
        publisher.close(run_id, Done("One two three."))
        until(lambda: events(run_id, client)[-1][0] == "done")
        assert shown(events(run_id, client)) == "One two three."
    finally:
        again.kill()


@pytest.mark.parametrize("protocol", [2, 3])
def test_either_protocol_of_redis_will_do(run_id: str, protocol: int) -> None:
    client = redis_client.Redis.from_url(f"{settings.REDIS_URL}?protocol={protocol}")
    publisher = Publisher(lambda: client)
    publisher.open(run_id, 1)
    publisher.add_text(run_id, "One ")
    until(lambda: "text" in names(run_id))
    client.flushdb()
    publisher.add_text(run_id, "two")
    until(lambda: shown(events(run_id)) == "One two")

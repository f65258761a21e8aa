import threading
from collections.abc import Callable

import pytest

from backends.base import StreamHandle, ToolCall, ToolSpec
from backends.errors import StreamCut, Unreachable
from backends.openai_compatible import OpenAICompatible
from backends.streaming import LONGEST_TICK, SHORTEST_TICK, tick_seconds
from tests.backends.conftest import Talk
from tests.scripted import ScriptedServer


def test_pieces_joined_are_the_answer(talk: Talk) -> None:
    reply = talk.ask("[[tokens:30 rate:100]]")
    assert "".join(text for _, text in talk.pieces) == reply.text
    assert reply.text.split()[-1] == "word30"
    assert reply.finish_reason == "stop"
    assert reply.usage.completion_tokens == 30


def test_first_piece_comes_at_once_and_later_ones_are_gathered(talk: Talk) -> None:
    talk.ask("[[tokens:60 rate:100 first:0.2]]")
    (first_at, first), *later = talk.pieces
    assert first.split() == ["word1"]
    assert first_at < 0.4
    assert len(later) < 30


def test_ticks_grow_with_the_number_of_streams() -> None:
    assert tick_seconds(0) == SHORTEST_TICK
    assert tick_seconds(100) > tick_seconds(10)
    assert tick_seconds(10_000) == LONGEST_TICK


def test_stopping_closes_the_connection_and_keeps_the_partial_text(
    talk: Talk, provider: ScriptedServer, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    handle = StreamHandle()
    threading.Timer(0.3, handle.cancel).start()
    reply = talk.ask("[[tokens:500 rate:50]]", handle=handle)
    assert reply.finish_reason == "cancelled"
    assert reply.text.startswith("word1")
    eventually(lambda: provider.disconnects == 1)
    assert provider.tokens_sent < 60


def test_stopping_before_the_first_token_ends_the_call(talk: Talk, provider: ScriptedServer) -> None:
    handle = StreamHandle()
    threading.Timer(0.1, handle.cancel).start()
    reply = talk.ask("[[slow:30]]", handle=handle)
    assert (reply.finish_reason, reply.text) == ("cancelled", "")


def test_a_handle_stopped_beforehand_asks_nothing_of_the_person(talk: Talk) -> None:
    handle = StreamHandle()
    handle.cancel()
    assert talk.ask("[[tokens:500 rate:50]]", handle=handle).finish_reason == "cancelled"


def test_a_broken_connection_is_a_cut_stream_with_its_partial_text(talk: Talk) -> None:
    with pytest.raises(StreamCut) as caught:
        talk.ask("[[cut:20 rate:100]]")
    assert caught.value.code == "stream_cut"
    assert caught.value.partial.startswith("word1 word2")


def test_silence_in_mid_stream_is_a_cut_stream(provider: ScriptedServer) -> None:
    talk = Talk(OpenAICompatible(provider.base_url, "", idle_timeout=0.3))
    with pytest.raises(StreamCut) as caught:
        talk.ask("[[tokens:5 rate:0.5]]")
    assert caught.value.partial == "word1"


def test_silence_before_the_first_token_is_unreachable(provider: ScriptedServer) -> None:
    talk = Talk(OpenAICompatible(provider.base_url, "", idle_timeout=0.3))
    with pytest.raises(Unreachable):
        talk.ask("[[hang]]")


def test_a_tool_call_in_pieces_is_put_together(talk: Talk) -> None:
    tool = ToolSpec("add", "Adds two numbers", {"type": "object"})
    reply = talk.ask('[[tool:add {"a": 1, "b": 2}]]', tools=(tool,))
    assert reply.tool_calls == (ToolCall("call_scripted", "add", '{"a": 1, "b": 2}'),)
    assert reply.finish_reason == "tool_calls"


def test_more_streams_than_the_transport_allows_by_itself_run_together(backend: OpenAICompatible) -> None:
    talks = [Talk(backend) for _ in range(120)]
    threads = [threading.Thread(target=talk.ask, args=("[[tokens:4 first:1.5]]",)) for talk in talks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(talk.pieces[0][0] for talk in talks) < 2.8


def test_a_provider_that_does_not_stream_is_understood(talk: Talk) -> None:
    reply = talk.ask("[[plain]] Hello")
    assert reply.text == "Scripted answer to: Hello"
    assert [text for _, text in talk.pieces] == [reply.text]

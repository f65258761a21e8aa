import orjson
import pytest

from backends.wire import Assembly, SSEDecoder, read_reply

STREAM = b'data: {"a": 1}\r\n\r\n: a comment\r\n\r\nevent: x\r\ndata:{"b":\r\ndata:2}\r\n\r\ndata: [DONE]\r\n\r\n'


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_events_are_found_wherever_the_bytes_are_cut(size: int) -> None:
    decoder = SSEDecoder()
    found = [payload for n in range(0, len(STREAM), size) for payload in decoder.feed(STREAM[n : n + size])]
    assert found == [b'{"a": 1}', b'{"b":\n2}', b"[DONE]"]


def test_a_last_event_without_blank_line_counts() -> None:
    decoder = SSEDecoder()
    assert decoder.feed(b"data: [DONE]") == []
    assert decoder.finish() == [b"[DONE]"]


def calls_of(*deltas: dict[str, object]) -> list[tuple[str, str, str]]:
    assembly = Assembly()
    assembly.feed([orjson.dumps({"choices": [{"delta": {"tool_calls": [delta]}}]}) for delta in deltas])
    return [(call.id, call.name, call.arguments) for call in assembly.reply().tool_calls]


def test_pieces_of_two_calls_are_told_apart_by_index() -> None:
    assert calls_of(
        {"index": 0, "id": "a", "function": {"name": "f", "arguments": "{"}},
        {"index": 1, "id": "b", "function": {"name": "g", "arguments": "[]"}},
        {"index": 0, "function": {"arguments": "}"}},
    ) == [("a", "f", "{}"), ("b", "g", "[]")]


def test_a_new_id_starts_a_new_call_even_when_the_index_repeats() -> None:
    assert calls_of(
        {"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}},
        {"index": 0, "id": "b", "function": {"name": "g", "arguments": "{}"}},
    ) == [("a", "f", "{}"), ("b", "g", "{}")]


def test_calls_with_a_plain_stop_still_ask_for_tools() -> None:
    call = {"id": "a", "function": {"name": "f", "arguments": "{}"}}
    message = {"content": None, "tool_calls": [call]}
    assert read_reply({"choices": [{"message": message, "finish_reason": "stop"}]}).finish_reason == "tool_calls"

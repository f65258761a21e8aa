from backends.base import ChatRequest, Message, ToolCall, ToolSpec, Usage
from backends.openai_compatible import OpenAICompatible
from backends.registry import backend_for, warm_up
from tests.scripted import ScriptedServer


def test_a_whole_answer_comes_with_its_usage(backend: OpenAICompatible) -> None:
    reply = backend.complete(ChatRequest("scripted", (Message("user", "Hello there"),)))
    assert reply.text == "Scripted answer to: Hello there"
    assert reply.usage == Usage(2, 5)


def test_tool_calls_and_results_travel_in_both_directions(backend: OpenAICompatible, provider: ScriptedServer) -> None:
    question = Message("user", '[[tool:add {"a": 1}]]')
    tools = (ToolSpec("add", "Adds", {"type": "object"}),)
    first = backend.complete(ChatRequest("scripted", (question,), tools))
    assert first.tool_calls == (ToolCall("call_scripted", "add", '{"a": 1}'),)
    turn = (question, Message("assistant", "", first.tool_calls), Message("tool", "3", tool_call_id="call_scripted"))
    assert backend.complete(ChatRequest("scripted", turn, tools)).text == "The tool said: 3"
    sent = provider.requests[-1]["messages"]
    assert sent[1]["tool_calls"][0]["function"] == {"name": "add", "arguments": '{"a": 1}'}
    assert sent[2]["tool_call_id"] == "call_scripted"


def test_options_are_sent_only_when_they_are_set(backend: OpenAICompatible, provider: ScriptedServer) -> None:
    backend.complete(ChatRequest("scripted", (Message("user", "Hello"),)))
    backend.complete(ChatRequest("scripted", (Message("user", "Hello"),), temperature=0.0, max_tokens=12))
    plain, full = provider.requests
    assert plain.keys() == {"model", "messages"}
    assert (full["temperature"], full["max_tokens"]) == (0.0, 12)


def test_the_key_is_sent_and_models_are_listed(backend: OpenAICompatible, provider: ScriptedServer) -> None:
    backend.complete(ChatRequest("scripted", (Message("user", "Hello"),)))
    assert provider.record.keys == ["sk-secret-key"]
    assert "scripted" in backend.list_models()


def test_one_address_and_key_is_one_backend() -> None:
    assert backend_for("http://127.0.0.1:9/v1", "a") is backend_for("http://127.0.0.1:9/v1/", "a")
    assert backend_for("http://127.0.0.1:9/v1", "a") is not backend_for("http://127.0.0.1:9/v1", "b")


def test_warming_up_needs_no_provider() -> None:
    warm_up()

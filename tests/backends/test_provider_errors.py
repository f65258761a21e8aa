from time import monotonic

import pytest

from backends.base import ChatRequest, Message
from backends.errors import BackendError, ProviderFailed, RateLimited, Unreachable
from backends.failures import from_body, retry_after_seconds
from backends.openai_compatible import OpenAICompatible
from tests.backends.conftest import Talk
from tests.scripted import ScriptedServer


@pytest.mark.parametrize(
    ("marker", "code"),
    [
        ("[[status:401]]", "key_refused"),
        ("[[status:403]]", "key_refused"),
        ("[[status:404]]", "model_missing"),
        ("[[status:429 retry=3600]]", "rate_limited"),
        ("[[status:500]]", "provider_failed"),
        ("[[context]]", "context_too_long"),
        ("[[refuse]]", "content_refused"),
        ("[[drop]]", "backend_unreachable"),
        ("[[cut:0]]", "stream_cut"),
        ("[[error]]", "provider_failed"),
    ],
)
def test_each_failure_has_its_own_code(talk: Talk, marker: str, code: str) -> None:
    with pytest.raises(BackendError) as caught:
        talk.ask(marker)
    assert caught.value.code == code


def test_no_server_is_unreachable() -> None:
    with ScriptedServer() as server:
        gone = server.base_url
    with pytest.raises(Unreachable):
        OpenAICompatible(gone, "").list_models()


def test_a_short_rate_limit_is_waited_out(talk: Talk, provider: ScriptedServer) -> None:
    start = monotonic()
    reply = talk.ask("[[status:429 retry=1 times=1]] Are you there?")
    assert reply.text == "Scripted answer to: Are you there?"
    assert 1 <= monotonic() - start < 3
    assert len(provider.requests) == 2


def test_after_two_more_attempts_a_rate_limit_is_told(talk: Talk, provider: ScriptedServer) -> None:
    with pytest.raises(RateLimited):
        talk.ask("[[status:429 retry=0]]")
    assert len(provider.requests) == 3


def test_a_long_rate_limit_is_told_at_once_with_its_wait(talk: Talk, provider: ScriptedServer) -> None:
    with pytest.raises(RateLimited) as caught:
        talk.ask("[[status:429 retry=90]]")
    assert caught.value.retry_after == 90
    assert len(provider.requests) == 1


def test_an_error_in_mid_stream_keeps_the_partial_text_and_is_not_retried(talk: Talk, provider: ScriptedServer) -> None:
    with pytest.raises(ProviderFailed) as caught:
        talk.ask("[[tokens:5 error]]")
    assert caught.value.partial == "word1 word2 word3 word4 word5"
    assert len(provider.requests) == 1


def test_an_option_that_the_model_refuses_is_left_out_from_then_on(
    backend: OpenAICompatible, provider: ScriptedServer
) -> None:
    request = ChatRequest("scripted", (Message("user", "Hello"),), temperature=0.2)
    provider.script(status=400, message="Unsupported value: 'temperature' does not support 0.2 with this model.")
    assert backend.complete(request).text == "Scripted answer to: Hello"
    backend.complete(request)
    assert ["temperature" in body for body in provider.requests] == [True, False, False]


def test_the_key_never_appears_in_an_error(backend: OpenAICompatible, provider: ScriptedServer) -> None:
    provider.script(status=401, message="Incorrect API key provided: sk-secret-key.")
    with pytest.raises(BackendError) as caught:
        backend.complete(ChatRequest("scripted", (Message("user", "Hello"),)))
    assert "sk-secret-key" not in caught.value.message


def test_an_address_that_answers_with_a_web_page_is_a_plain_failure(provider: ScriptedServer) -> None:
    page = OpenAICompatible(provider.base_url.removesuffix("/v1") + "/page", "")
    with pytest.raises(ProviderFailed, match="JSON"):
        page.list_models()


def test_retry_after_is_read_as_seconds_milliseconds_or_date() -> None:
    assert retry_after_seconds({"retry-after": "2.5"}) == 2.5
    assert retry_after_seconds({"retry-after-ms": "1500"}) == 1.5
    assert retry_after_seconds({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0
    assert retry_after_seconds({"retry-after": "soon"}) is None
    assert retry_after_seconds({}) is None


@pytest.mark.parametrize(
    ("status", "body", "message", "code"),
    [
        (400, {"type": "exceed_context_size_error"}, "exceeds", "context_too_long"),
        (400, {}, "This model's maximum context length is 4096 tokens", "context_too_long"),
        (400, {"code": "content_filter"}, "filtered", "content_refused"),
        (400, {"code": "model_not_found"}, "no", "model_missing"),
        (404, {}, "404 page not found", "provider_failed"),
        (529, {}, "overloaded", "rate_limited"),
    ],
)
def test_error_bodies_of_different_servers_are_understood(
    status: int, body: dict[str, str], message: str, code: str
) -> None:
    assert from_body(status, body, message).code == code

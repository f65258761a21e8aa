import base64
import json
import struct
import threading
from time import monotonic
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import openai
import pytest

from backends.base import ChatRequest, Message, StreamHandle
from backends.embeddings import Embedder
from backends.offline.embedder import MODEL
from backends.openai_compatible import OpenAICompatible

SYSTEM = "<passages>\n[1] a.md · Prix\nLe prix est de 12 euros par mois. Il baisse en été.\n</passages>"
MESSAGES = (Message("system", SYSTEM), Message("user", "Quel est le prix ?"))


@pytest.fixture
def client(offline_url: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=offline_url, api_key="offline", max_retries=0)


@pytest.fixture
def offline(offline_url: str) -> OpenAICompatible:
    return OpenAICompatible(offline_url, "offline")


def cosine(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def test_the_official_client_reads_its_stream(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model="vitrine-offline",
        messages=[{"role": "system", "content": SYSTEM}, {"role": "user", "content": "Quel est le prix ?"}],
        stream=True,
        stream_options={"include_usage": True},
    )
    *chunks, last = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert "Le prix est de 12 euros par mois." in text
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert last.usage and last.usage.completion_tokens > 10


def test_streamed_and_whole_answers_are_the_same(offline: OpenAICompatible) -> None:
    pieces: list[str] = []
    streamed = offline.stream(ChatRequest("vitrine-offline", MESSAGES), pieces.append, StreamHandle())
    assert offline.complete(ChatRequest("vitrine-offline", MESSAGES)) == streamed
    assert len(pieces) > 2


def test_an_answer_can_be_stopped(offline: OpenAICompatible) -> None:
    handle = StreamHandle()
    reply = offline.stream(ChatRequest("vitrine-offline", MESSAGES), lambda text: handle.cancel(), handle)
    assert reply.finish_reason == "cancelled"


def test_a_token_limit_cuts_the_answer(offline: OpenAICompatible) -> None:
    reply = offline.complete(ChatRequest("vitrine-offline", MESSAGES, max_tokens=8))
    assert (reply.finish_reason, len(reply.text) < 60) == ("length", True)


def test_models_are_listed(offline: OpenAICompatible) -> None:
    assert offline.list_models() == ["vitrine-offline", MODEL]


def test_similar_questions_have_near_vectors(offline: OpenAICompatible) -> None:
    texts = ["How do I reset my password?", "I forgot my login credentials", "The cat sleeps in the sun"]
    first, second, other = Embedder(offline, MODEL).embed_passages(texts)
    assert len(first) == 384
    assert cosine(first, first) == pytest.approx(1, abs=1e-4)
    assert cosine(first, second) == pytest.approx(0.68, abs=0.05)
    assert cosine(first, other) < 0.2


def test_a_texts_vector_hardly_depends_on_its_neighbours(offline: OpenAICompatible) -> None:
    embedder = Embedder(offline, MODEL)
    texts = [f"Passage {n}. " + "Some more words about the subject. " * (n % 7) for n in range(40)]
    alone = embedder.embed_query(texts[13])
    assert cosine(embedder.embed_passages(texts)[13], alone) > 0.98


def test_odd_texts_have_vectors_too(offline: OpenAICompatible) -> None:
    vectors = Embedder(offline, MODEL).embed_passages(["", " ", "日本語 🙂", "word " * 2000])
    assert all(cosine(vector, vector) == pytest.approx(1, abs=1e-4) for vector in vectors)


def test_vectors_come_in_base64_when_asked_for(offline_url: str, offline: OpenAICompatible) -> None:
    body = {"model": MODEL, "input": "hello", "encoding_format": "base64"}
    answer = json.load(urlopen(Request(f"{offline_url}/embeddings", json.dumps(body).encode())))
    vector = struct.unpack("<384f", base64.b64decode(answer["data"][0]["embedding"]))
    assert list(vector) == pytest.approx(offline.embed(MODEL, ["hello"])[0], abs=1e-6)


def test_chat_goes_on_while_files_are_embedded(offline: OpenAICompatible) -> None:
    texts = ["The quick brown fox jumps over the lazy dog and sleeps. " * 20] * 64
    work = threading.Thread(target=offline.embed, args=(MODEL, texts))
    work.start()
    start = monotonic()
    offline.list_models()
    assert monotonic() - start < 1
    offline.complete(ChatRequest("vitrine-offline", MESSAGES))
    assert work.is_alive()
    work.join()


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        (
            "/chat/completions",
            b'{"model": "gpt", "messages": [{"role": "user", "content": "x"}]}',
            404,
            "model_not_found",
        ),
        ("/chat/completions", b'{"model": "vitrine-offline"}', 400, "invalid_messages"),
        ("/chat/completions", b"not json", 400, "invalid_json"),
        ("/embeddings", b'{"model": "all-MiniLM-L6-v2", "input": [1, 2]}', 400, "invalid_input"),
        ("/images/generations", b"{}", 501, "not_implemented"),
        ("/audio/speech", b"{}", 501, "not_implemented"),
        ("/nowhere", b"{}", 404, "not_found"),
    ],
)
def test_what_it_cannot_do_is_told_in_openais_shape(
    offline_url: str, path: str, body: bytes, status: int, code: str
) -> None:
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(offline_url + path, body))
    assert caught.value.code == status
    assert json.load(caught.value)["error"]["code"] == code

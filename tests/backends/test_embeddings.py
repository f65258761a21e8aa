import socket
from time import monotonic

import pytest

from backends import embeddings
from backends.embeddings import Embedder
from backends.errors import ProviderFailed, TooSlow
from backends.openai_compatible import OpenAICompatible
from tests.scripted import ScriptedServer, embed


def test_vectors_come_in_the_order_of_the_texts(backend: OpenAICompatible) -> None:
    texts = ["the red house", "a blue boat", "green trees"]
    assert backend.embed("all-MiniLM-L6-v2", texts) == [pytest.approx(embed(text)) for text in texts]


def test_nothing_to_embed_asks_nothing(backend: OpenAICompatible, provider: ScriptedServer) -> None:
    assert backend.embed("all-MiniLM-L6-v2", []) == []
    assert provider.record.embeddings == []


def test_passages_are_asked_for_in_batches(backend: OpenAICompatible, provider: ScriptedServer) -> None:
    texts = [f"passage number {n}" for n in range(70)]
    vectors = Embedder(backend, "all-MiniLM-L6-v2").embed_passages(texts)
    assert [len(body["input"]) for body in provider.record.embeddings] == [32, 32, 6]
    assert vectors[69] == pytest.approx(embed(texts[69]))


def test_only_e5_models_get_their_prefixes(backend: OpenAICompatible, provider: ScriptedServer) -> None:
    for model in ("intfloat/multilingual-e5-small", "all-MiniLM-L6-v2"):
        Embedder(backend, model).embed_query("where?")
        Embedder(backend, model).embed_passages(["here"])
    sent = [body["input"] for body in provider.record.embeddings]
    assert sent == [["query: where?"], ["passage: here"], ["where?"], ["here"]]


def test_only_models_that_can_are_asked_for_shorter_vectors(
    backend: OpenAICompatible, provider: ScriptedServer
) -> None:
    Embedder(backend, "text-embedding-3-small", 512).embed_query("where?")
    Embedder(backend, "all-MiniLM-L6-v2").embed_query("where?")
    assert [body.get("dimensions") for body in provider.record.embeddings] == [512, None]


def test_weight_and_tag_belong_to_the_model(backend: OpenAICompatible) -> None:
    small, large = Embedder(backend, "all-MiniLM-L6-v2"), Embedder(backend, "text-embedding-3-small", 512)
    assert (small.vector_weight, large.vector_weight) == (0.4, 0.6)
    assert small.tag != large.tag


def test_vectors_of_another_length_are_refused(backend: OpenAICompatible) -> None:
    with pytest.raises(ProviderFailed, match="384"):
        Embedder(backend, "all-MiniLM-L6-v2", 768).embed_query("where?")


def test_a_silent_model_costs_one_question_little_time_and_the_next_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "QUERY_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        embedder = Embedder(OpenAICompatible(f"http://127.0.0.1:{silent.getsockname()[1]}/v1", ""), "mute")
        for most in (2.0, 0.1):
            start = monotonic()
            with pytest.raises(TooSlow):
                embedder.embed_query("where?")
            assert monotonic() - start < most


def test_after_its_time_of_grace_a_model_is_asked_again(
    backend: OpenAICompatible, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = Embedder(backend, "all-MiniLM-L6-v2")
    monkeypatch.setattr(embeddings, "_silent_until", {embedder: monotonic() + 30})
    with pytest.raises(TooSlow):
        embedder.embed_query("where?")
    monkeypatch.setattr(embeddings, "_silent_until", {embedder: monotonic() - 1})
    assert embedder.embed_query("where?") == pytest.approx(embed("where?"))

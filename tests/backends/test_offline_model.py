"""The built model against the same mathematics written out in plain numpy."""

import math
from pathlib import Path

import numpy as np
import onnx
import pytest
from tokenizers import Tokenizer

from backends.offline import embedder, weights
from backends.offline.embedder import MiniLM, ModelFile
from backends.offline.onnx_model import HEADS, LAYERS, WIDTH, build, build_graph

TEXTS = [
    "How do I reset my password?",
    "Comment déclarer une violation de données à la CNIL ?",
    "",
    "日本語 🙂",
    "x " * 400,
]


@pytest.fixture(scope="session")
def tensors() -> dict[str, np.ndarray]:
    return weights.read_tensors(weights.model_dir() / "model.safetensors")


@pytest.fixture(scope="session")
def expected(tensors: dict[str, np.ndarray]) -> np.ndarray:
    tokenizer = Tokenizer.from_file(str(weights.model_dir() / "tokenizer.json"))
    tokenizer.enable_truncation(embedder.MAX_TOKENS)
    tokenizer.no_padding()
    exact = {name: value.astype(np.float64) for name, value in tensors.items()}
    return np.array([forward(exact, tokenizer.encode(text).ids) for text in TEXTS])


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "models" / embedder.FILE_NAME
    build(path)
    return path


def norm(t: dict[str, np.ndarray], x: np.ndarray, at: str) -> np.ndarray:
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt(x.var(-1, keepdims=True) + 1e-12) * t[at + "weight"] + t[at + "bias"]


def dense(t: dict[str, np.ndarray], x: np.ndarray, at: str) -> np.ndarray:
    return x @ t[at + ".weight"].T + t[at + ".bias"]


def attend(t: dict[str, np.ndarray], hidden: np.ndarray, at: str) -> np.ndarray:
    length = len(hidden)
    query, key, value = (
        dense(t, hidden, f"{at}attention.self.{part}").reshape(length, HEADS, -1).transpose(1, 0, 2)
        for part in ("query", "key", "value")
    )
    strength = np.exp(query @ key.transpose(0, 2, 1) / math.sqrt(WIDTH // HEADS))
    strength /= strength.sum(-1, keepdims=True)
    return (strength @ value).transpose(1, 0, 2).reshape(length, WIDTH)


def forward(t: dict[str, np.ndarray], ids: list[int]) -> np.ndarray:
    at = "embeddings."
    places = t[at + "position_embeddings.weight"][: len(ids)] + t[at + "token_type_embeddings.weight"][0]
    hidden = norm(t, t[at + "word_embeddings.weight"][ids] + places, at + "LayerNorm.")
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}."
        mixed = dense(t, attend(t, hidden, at), at + "attention.output.dense")
        hidden = norm(t, hidden + mixed, at + "attention.output.LayerNorm.")
        wide = dense(t, hidden, at + "intermediate.dense")
        active = wide * 0.5 * (1 + np.vectorize(math.erf)(wide / math.sqrt(2)))
        hidden = norm(t, hidden + dense(t, active, at + "output.dense"), at + "output.LayerNorm.")
    mean = hidden.mean(0)
    return mean / np.linalg.norm(mean)


def test_the_graph_computes_what_the_model_says(
    tensors: dict[str, np.ndarray], expected: np.ndarray, tmp_path: Path
) -> None:
    onnx.save(build_graph(tensors), tmp_path / "whole.onnx")
    assert np.abs(np.array(MiniLM(tmp_path / "whole.onnx").embed(TEXTS)) - expected).max() < 1e-5


def test_eight_bits_stay_near_and_small(built: Path, expected: np.ndarray) -> None:
    vectors = np.array(MiniLM(built).embed(TEXTS))
    assert (vectors * expected).sum(1).min() > 0.96
    assert built.stat().st_size < 25_000_000


def test_building_leaves_nothing_but_the_file(built: Path) -> None:
    assert [path.name for path in built.parent.iterdir()] == [built.name]


def test_a_built_file_is_not_built_again(built: Path) -> None:
    before = built.stat().st_mtime_ns
    file = ModelFile(built.parent.parent)
    assert file.is_built
    assert file.load() is file.load()
    assert built.stat().st_mtime_ns == before


def test_missing_model_files_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "PACKAGE", "no_such_package")
    with pytest.raises(weights.ModelFilesMissing, match="no_such_package"):
        weights.model_dir()

"""Runs MiniLM on onnxruntime: texts to unit vectors of 384 numbers."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from backends.offline.weights import model_dir

MODEL = "all-MiniLM-L6-v2"
FILE_NAME = f"{MODEL}-int8g-1.onnx"
MAX_TOKENS = 256
BATCH_TOKENS = 1024  # larger batches are no faster here and take 70 MB more


class MiniLM:
    """The model in memory. Heavy libraries are imported when it is made."""

    def __init__(self, path: Path) -> None:
        import onnxruntime  # noqa: PLC0415 (a server that only chats stays small)
        from tokenizers import Tokenizer  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(2, os.cpu_count() or 1)
        # Threads that spin while they wait are slower than a single one as soon as anything else runs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.enable_cpu_mem_arena = False
        self._lock = threading.Lock()
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(model_dir() / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str]) -> list[np.ndarray]:
        """One vector per text, in order. Texts of like length share a batch, so that little is padded."""
        encoded = [tokens.ids for tokens in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(texts)), key=lambda n: len(encoded[n]))
        vectors: list[Any] = [None] * len(texts)
        for batch in _batches(order, encoded):
            for place, vector in zip(batch, self._run([encoded[n] for n in batch]), strict=True):
                vectors[place] = vector
        return vectors

    def count_tokens(self, text: str) -> int:
        """How many tokens a text has, without the two that frame it."""
        return len(self._tokenizer.encode(text).ids) - 2

    def _run(self, rows: list[list[int]]) -> np.ndarray:
        length = max(map(len, rows))
        ids = np.zeros((len(rows), length), dtype=np.int32)
        mask = np.zeros_like(ids)
        for n, row in enumerate(rows):
            ids[n, : len(row)] = row
            mask[n, : len(row)] = 1
        with self._lock:  # a batch at a time: a question waits for one batch of a long file, not for all of them
            (vectors,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return np.asarray(vectors)


def _batches(order: list[int], encoded: list[list[int]]) -> Iterator[list[int]]:
    """Slices of `order` whose padded size stays under the budget; the lengths rise along `order`."""
    batch: list[int] = []
    for n in order:
        if batch and (len(batch) + 1) * len(encoded[n]) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(n)
    if batch:
        yield batch


class ModelFile:
    """Builds the model's file when it is missing and loads the model at the first text."""

    def __init__(self, data: Path) -> None:
        self._path = data / "models" / FILE_NAME
        self._lock = threading.Lock()
        self._model: MiniLM | None = None

    def prepare(self) -> None:
        """Build the file unless it is there. In a process of its own: building takes far more memory than running."""
        with self._lock:
            if not self._path.exists():
                command = [sys.executable, "-m", "backends.offline.onnx_model", str(self._path)]
                subprocess.run(command, check=True)

    @property
    def is_built(self) -> bool:
        """Whether the file is there, so that a text need not wait for it."""
        return self._path.exists()

    def load(self) -> MiniLM:
        """The model, built and read if need be."""
        self.prepare()
        with self._lock:
            self._model = self._model or MiniLM(self._path)
            return self._model

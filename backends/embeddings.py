"""Vectors for questions and passages, from any provider's embedding model."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from backends.base import Backend
from backends.errors import ProviderFailed, TooSlow

BATCH = 32
# Somebody waits for a question's vector, and words alone find something too.
QUERY_SECONDS, SILENT_SECONDS = 3.0, 30.0

_silent_until: dict["Embedder", float] = {}


@dataclass(frozen=True, slots=True)
class Embedder:
    """An embedding model at a provider. Vectors of different tags must never be compared.

    `dimensions` is 0 for as many as the model gives by itself.
    """

    backend: Backend
    model: str
    dimensions: int = 0

    @property
    def tag(self) -> str:
        """Stored next to every vector; when it changes, files are embedded again."""
        return f"{self.model}/{self.dimensions}" if self.dimensions else self.model

    @property
    def vector_weight(self) -> float:
        """The share of meaning against words in the mixed ranking.

        0.4 was best for MiniLM on all seven sets measured, in each left-one-out round; stronger models earn more.
        """
        return 0.4 if "minilm-l6" in self.model.lower() else 0.6

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question, within three seconds; a model that was too slow is not asked for half a minute."""
        if time.monotonic() < _silent_until.get(self, 0.0):
            raise TooSlow("it did not answer in time a moment ago")
        try:
            return self._embed([self._prefix("query") + text], QUERY_SECONDS)[0]
        except TooSlow:
            _silent_until[self] = time.monotonic() + SILENT_SECONDS
            raise

    def embed_passages(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector per passage, in order; asked for in batches."""
        prefix = self._prefix("passage")
        vectors: list[list[float]] = []
        for start in range(0, len(texts), BATCH):
            vectors += self._embed([prefix + text for text in texts[start : start + BATCH]])
        return vectors

    def _embed(self, texts: list[str], timeout: float | None = None) -> list[list[float]]:
        shortens = self.model.startswith("text-embedding-3")
        vectors = self.backend.embed(self.model, texts, (self.dimensions or None) if shortens else None, timeout)
        if self.dimensions and any(len(vector) != self.dimensions for vector in vectors):
            raise ProviderFailed(f"{self.model} gives {len(vectors[0])} dimensions, {self.dimensions} are configured")
        return vectors

    def _prefix(self, role: str) -> str:
        """The e5 family was trained with a word in front that tells questions from passages."""
        name = self.model.lower().rsplit("/", 1)[-1]
        return f"{role}: " if name.startswith(("e5-", "multilingual-e5-")) else ""

"""The real MiniLM finds what shares no word with the question."""

import os
from pathlib import Path

import pytest

from assistants.knowledge import passages
from assistants.knowledge.search import search
from assistants.knowledge.split import Piece
from assistants.models import KnowledgeBase, KnowledgeFile
from backends.offline.embedder import MiniLM, ModelFile
from tests.assistants.knowledge.conftest import Add

BODIES = [
    "Open the settings, choose Security and reset your password there.",
    "Our bakery sells bread and croissants every morning.",
    "The train to Lyon leaves at nine from platform four.",
]


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    return ModelFile(Path(os.environ["VITRINE_DATA"])).load()


@pytest.mark.parametrize(
    ("question", "best"), [("I forgot my login credentials", 0), ("somewhere with fresh pastries", 1)]
)
def test_a_question_in_other_words_is_answered(
    add: Add, base: KnowledgeBase, offers: None, minilm: MiniLM, question: str, best: int
) -> None:
    file = add("notes.txt", "")
    KnowledgeFile.objects.update(state="indexing")
    pieces = [Piece(number, None, "", body) for number, body in enumerate(BODIES)]
    passages.replace(file, pieces)
    passages.adopt_embedder(file, "all-MiniLM-L6-v2")
    passages.store_vectors(file, pieces, [vector.tolist() for vector in minilm.embed(BODIES)])
    found = search([base.pk], question, query_vector=minilm.embed([question])[0].tolist())
    assert (found[0].body, found[0].words_score) == (BODIES[best], 0)

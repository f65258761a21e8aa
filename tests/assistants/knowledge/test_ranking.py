"""The ranking by words is BM25: the database gives what the formula gives."""

import math
import re
from collections import Counter

import pytest

from assistants.knowledge import passages
from assistants.knowledge import search as searching
from assistants.knowledge.language import fold
from assistants.knowledge.search import search
from assistants.knowledge.split import Piece
from assistants.models import KnowledgeBase, KnowledgeFile
from tests.assistants.knowledge.conftest import Add

# Words of no language, so that the stemmer and the plain dictionary see the same.
TEXTS = [
    "zorg blim blim tavu",
    "blim kerno tavu tavu tavu",
    "kerno zorg",
    "wopi wopi wopi wopi wopi wopi wopi wopi",
    "tavu zorg kerno blim wopi",
]


def bm25(texts: list[str], question: str) -> dict[int, float]:
    """Okapi BM25 with k1 = 1.2 and b = 0.75, over words that are indexed twice."""
    documents = [Counter(re.findall(r"\w+", text) * 2) for text in texts]
    mean = sum(document.total() for document in documents) / len(documents)
    scores: dict[int, float] = {}
    for word in set(question.split()):
        having = [n for n, document in enumerate(documents) if word in document]
        idf = math.log(1 + (len(documents) - len(having) + 0.5) / (len(having) + 0.5))
        for n in having:
            count, length = documents[n][word], documents[n].total()
            scores[n] = scores.get(n, 0) + idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length / mean))
    return scores


@pytest.fixture
def shelf(add: Add, base: KnowledgeBase, no_embedder: None) -> KnowledgeBase:
    file = add("words.txt", "")
    KnowledgeFile.objects.update(state="indexing")
    passages.replace(file, [Piece(number, None, "", text) for number, text in enumerate(TEXTS)])
    return base


@pytest.mark.parametrize("question", ["zorg", "blim tavu", "kerno wopi zorg", "tavu tavu nowhere"])
def test_scores_are_those_of_the_formula(shelf: KnowledgeBase, question: str) -> None:
    found = {TEXTS.index(passage.body): passage.words_score for passage in search([shelf.pk], question)}
    assert found == pytest.approx(bm25(TEXTS, question))


def test_length_counts_every_place_of_every_word(shelf: KnowledgeBase) -> None:
    lengths = list(shelf.passages.order_by("position").values_list("length", flat=True))
    assert lengths == [2 * len(text.split()) for text in TEXTS]


def test_a_word_in_the_heading_counts_like_one_in_the_body(add: Add, shelf: KnowledgeBase) -> None:
    file = add("more.txt", "")
    KnowledgeFile.objects.update(state="indexing")
    passages.replace(file, [Piece(0, None, "gluma", "rest"), Piece(1, None, "rest", "gluma")])
    first, second = search([shelf.pk], "gluma")
    assert first.words_score == pytest.approx(second.words_score)


def test_a_question_in_no_known_language_is_stemmed_like_most_passages(
    add: Add, base: KnowledgeBase, no_embedder: None
) -> None:
    file = add("a.txt", "")
    KnowledgeFile.objects.update(state="indexing")
    passages.replace(file, [Piece(0, None, "", "Les dérogations sont accordées par le ministre dans les cas prévus.")])
    assert search([base.pk], "dérogation accordée")


def test_in_a_big_base_small_words_are_left_out_and_the_answer_stays(
    shelf: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [passage.body for passage in search([shelf.pk], "where is the zorg")]
    monkeypatch.setattr(searching, "MANY_PASSAGES", 0)
    assert [passage.body for passage in search([shelf.pk], "where is the zorg")] == before


def test_several_bases_are_ranked_as_one(add: Add, shelf: KnowledgeBase) -> None:
    other = KnowledgeBase.objects.create(owner=shelf.owner, name="Other")
    file = add("other.txt", "", other)
    KnowledgeFile.objects.update(state="indexing")
    passages.replace(file, [Piece(0, None, "", "zorg zorg zorg")])
    found = search([shelf.pk, other.pk], "zorg")
    assert found[0].file_name == "other.txt"
    scores = bm25([*TEXTS, "zorg zorg zorg"], "zorg")
    assert [passage.words_score for passage in found] == pytest.approx(sorted(scores.values(), reverse=True))


def test_both_sides_are_folded_alike() -> None:
    assert fold("Cœur d’Été") == "coeur d’ete"

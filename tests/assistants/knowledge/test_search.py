"""Finding passages by words and by meaning."""

import pytest

from accounts.models import User
from assistants.knowledge import passages
from assistants.knowledge.search import Found, mix, neighbours, search, without_repeats
from assistants.knowledge.split import Piece
from assistants.models import KnowledgeBase, KnowledgeFile
from tests.assistants.knowledge.conftest import GUIDE, Add
from tests.scripted import embed

pytestmark = pytest.mark.usefixtures("offers")

NOTES = """# Returns
## Deadline
You may return an article within thirty days of delivery.
## Cost
Sending a parcel back costs nothing when you use our label.
# Opening hours
The shop opens at ten and closes at seven.
"""


@pytest.fixture
def notes(index: Add) -> KnowledgeFile:
    return index("notes.md", NOTES)


def test_a_french_question_finds_the_page_that_answers(index: Add, base: KnowledgeBase) -> None:
    index(GUIDE)
    found = search([base.pk], "Quel est le niveau d’accessibilité légalement exigé ?")
    assert len(found) == 8
    assert (found[0].page, found[0].file_name) == (10, GUIDE)
    assert "double A (AA)" in found[0].body
    assert found == sorted(found, key=lambda passage: -passage.score)


@pytest.mark.parametrize(
    "question", ["qui verifie que l'obligation legale est respectee", "QUI VÉRIFIE L’OBLIGATION LÉGALE"]
)
def test_accents_and_capitals_are_not_needed(index: Add, base: KnowledgeBase, question: str) -> None:
    index(GUIDE)
    assert "2.7.8. Qui vérifie" in search([base.pk], question)[0].heading


def test_words_are_found_in_any_of_their_forms(notes: KnowledgeFile, base: KnowledgeBase) -> None:
    best = search([base.pk], "When must articles be returned?")[0]
    assert best.heading.endswith("Returns › Deadline")
    assert best.words_score > 0


def test_meaning_finds_what_no_word_does(notes: KnowledgeFile, base: KnowledgeBase) -> None:
    meaning = embed("Opening hours\nThe shop opens at ten and closes at seven.")
    best = search([base.pk], "Öffnungszeiten", query_vector=meaning)[0]
    assert best.body.startswith("The shop opens at ten")
    assert best.words_score == 0
    assert best.meaning_score > 0.5


def test_words_answer_before_the_vectors_are_in(add: Add, base: KnowledgeBase) -> None:
    file = add("a.txt", "")
    KnowledgeFile.objects.update(state="reading")
    passages.replace(file, [Piece(0, 3, "Titre", "Le musée ouvre à dix heures.")])
    found = search([base.pk], "Quand ouvre le musée ?")[0]
    assert (found.page, found.meaning_score) == (3, 0)


@pytest.mark.parametrize("question", ["", "  ", "???", "\x00"])
def test_nothing_asked_finds_nothing_by_words(notes: KnowledgeFile, base: KnowledgeBase, question: str) -> None:
    assert all(found.words_score == 0 for found in search([base.pk], question))


@pytest.mark.parametrize("question", ["Who is it?", "Qui est-ce que c'est ?", "the of and", "à la"])
def test_small_words_alone_break_nothing(notes: KnowledgeFile, base: KnowledgeBase, question: str) -> None:
    assert len(search([base.pk], question)) <= 3


@pytest.mark.parametrize(
    "question", ["l'article & !parcel | (label", "back\\slash 'quoted' \"label\"", ":* <-> %s %(bases)s"]
)
def test_signs_that_mean_something_to_the_database_are_only_signs(
    notes: KnowledgeFile, base: KnowledgeBase, question: str
) -> None:
    assert search([base.pk], question) is not None


def test_another_base_is_never_searched(notes: KnowledgeFile, index: Add, stranger: User) -> None:
    other = KnowledgeBase.objects.create(owner=stranger, name="Other")
    index("theirs.md", NOTES.replace("thirty", "ninety"), other)
    found = search([other.pk], "return an article")
    assert {passage.file_name for passage in found} == {"theirs.md"}
    assert search([], "return an article") == []
    assert search(["", "kb_of_nobody"], "return an article") == []


def test_a_passage_switched_off_is_not_found(notes: KnowledgeFile, base: KnowledgeBase) -> None:
    notes.passages.filter(body__contains="thirty days").update(is_enabled=False)
    assert not any("thirty days" in found.body for found in search([base.pk], "return an article"))


def test_the_same_text_in_two_files_is_found_once(notes: KnowledgeFile, index: Add, base: KnowledgeBase) -> None:
    index("copy.md", NOTES)
    found = [passage.body for passage in search([base.pk], "return an article")]
    assert len(found) == len(set(found)) == 3


def test_without_the_embedding_model_words_alone_decide(
    notes: KnowledgeFile, base: KnowledgeBase, no_embedder: None
) -> None:
    found = search([base.pk], "Who pays for the parcel and its label?")
    assert found[0].heading.endswith("Cost")
    assert all(passage.meaning_score == 0 for passage in found)


def test_vectors_of_another_model_are_not_compared(notes: KnowledgeFile, base: KnowledgeBase) -> None:
    KnowledgeBase.objects.update(embedder="another/3")
    found = search([base.pk], "return an article", query_vector=[1.0, 0.0, 0.0])
    assert found
    assert all(passage.meaning_score == 0 for passage in found)


def test_no_more_are_given_than_asked_for(index: Add, base: KnowledgeBase) -> None:
    index(GUIDE)
    assert len(search([base.pk], "accessibilité des contenus", limit=3)) == 3


def test_neighbours_give_the_text_around_without_saying_it_twice(index: Add) -> None:
    sentences = [f"This is sentence number {number} of a long story." for number in range(60)]
    file = index("story.txt", " ".join(sentences))
    middle = file.passages.get(position=1)
    before, after = neighbours(middle.pk, 1, 1)
    told = " ".join([*before, middle.body, *after])
    assert len(before) == len(after) == 1
    assert told in " ".join(sentences)


def test_neighbours_end_where_the_file_does(notes: KnowledgeFile, index: Add) -> None:
    index("other.md", NOTES)
    first = notes.passages.get(position=0)
    assert neighbours(first.pk, 3, 3)[0] == []
    assert len(neighbours(first.pk, 3, 99)[1]) == 2


def test_rankings_are_stretched_before_they_are_mixed() -> None:
    scores = mix({1: 30.0, 2: 20.0, 3: 10.0}, {2: 0.9, 4: 0.1}, 0.4)
    assert scores == pytest.approx({1: 0.6, 2: 0.7, 3: 0.0, 4: 0.0})
    assert mix({1: 5.0}, {}, 0.0) == {1: 1.0}


def test_a_neighbour_that_mostly_repeats_is_left_out() -> None:
    def found(key: int, body: str) -> Found:
        return Found(key, "f", "f.txt", None, "", body, 1.0, 1.0, 1.0)

    whole = "one two three four five six seven eight nine ten eleven twelve"
    kept = without_repeats(
        [found(1, whole), found(2, whole[4:]), found(3, "something else altogether is said here")], 5
    )
    assert [passage.passage_id for passage in kept] == [1, 3]

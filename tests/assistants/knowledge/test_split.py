"""Cutting text into passages."""

import re
from pathlib import Path

from assistants.knowledge.extract.blocks import Block
from assistants.knowledge.reader import read_file
from assistants.knowledge.split import MAX_SIZE, OVERLAP, heading_path, sentences, split

FILES = Path(__file__).parents[2] / "files"
GUIDE = "fr_rgaa_guide_accompagnement.pdf"
SENTENCE = "Chaque phrase de cet essai porte le numéro {} et rien d’autre. "


def prose(count: int) -> str:
    return "".join(SENTENCE.format(number) for number in range(count))


def test_passages_are_of_even_size_and_end_at_sentences() -> None:
    pieces = split([Block(prose(60))], "Essai")
    sizes = [len(piece.body) for piece in pieces]
    assert max(sizes) <= MAX_SIZE
    assert min(sizes) > MAX_SIZE / 2
    assert all(piece.body.endswith("d’autre.") for piece in pieces)


def test_neighbours_overlap_by_whole_sentences() -> None:
    first, second = split([Block(prose(25))], "")[:2]
    start = second.body[: second.body.index(".") + 1]
    assert start in first.body
    shared = first.body[first.body.index(start) :]
    assert 100 < len(shared) <= OVERLAP


def test_no_word_is_lost() -> None:
    document = read_file(FILES / GUIDE, GUIDE)
    said = set(" ".join(piece.body for piece in split(document.blocks, "")).split())
    assert not {word for block in document.blocks for word in block.text.split()} - said


def test_headings_and_pages_are_not_crossed() -> None:
    blocks = [Block("Un.", 1, ("A",)), Block("Deux.", 1, ("A", "B")), Block("Trois.", 2, ("A", "B"))]
    assert [(piece.page, piece.heading, piece.body) for piece in split(blocks, "Titre")] == [
        (1, "Titre › A", "Un."),
        (1, "Titre › A › B", "Deux."),
        (2, "Titre › A › B", "Trois."),
    ]


def test_a_sentence_that_runs_over_the_page_is_whole_on_the_page_where_it_begins() -> None:
    blocks = [Block("Le début de la phrase", 1), Block("finit ici. Puis autre chose.", 2)]
    first, second = split(blocks, "")
    assert first.body == "Le début de la phrase finit ici."
    assert second.page == 2


def test_abbreviations_and_section_numbers_end_no_sentence() -> None:
    text = "Selon M. Durand (cf. Annexe), art. 5 vaut. 2.6.5. Direction des services. Fin."
    assert list(sentences(text)) == [
        "Selon M. Durand (cf. Annexe), art. 5 vaut.",
        "2.6.5. Direction des services.",
        "Fin.",
    ]


def test_fenced_code_stays_whole() -> None:
    code = "```py\n" + "\n".join(f"    step_{number}()" for number in range(40)) + "\n```"
    pieces = split([Block(prose(10) + "\n\n" + code + "\n\n" + prose(10))], "")
    assert sum(code in piece.body for piece in pieces) == 1


def test_table_rows_stay_whole_and_are_not_repeated() -> None:
    rows = [f"Ville: Ville {number}; Prix: {number}" for number in range(200)]
    pieces = split([Block("\n".join(rows), kind="rows")], "Prix")
    assert [line for piece in pieces for line in piece.body.split("\n")] == rows


def test_text_without_any_end_of_sentence_is_cut_all_the_same() -> None:
    pieces = split([Block("mot " * 2000), Block("x" * 5000)], "")
    assert all(len(piece.body) <= MAX_SIZE for piece in pieces)
    assert sum(piece.body.count("x") for piece in pieces) == 5000


def test_a_heading_path_says_nothing_twice_and_stays_short() -> None:
    assert heading_path("Guide RGAA", ["guide rgaa", "Partie 1"]) == "Guide RGAA › Partie 1"
    path = heading_path("Titre", ["a" * 200, "b" * 200, "Section"])
    assert len(path) <= 300
    assert re.match("Titre .* Section$", path)


def test_what_holds_no_letter_is_no_passage() -> None:
    assert split([Block("———\n* * *")], "") == []

"""From the lines of PDF pages to paragraphs under headings."""

import io
from pathlib import Path

import pypdfium2
import pytest

from assistants.knowledge.extract.pdf import (
    drop_running,
    find_title,
    join_lines,
    page_blocks,
    page_marks,
    running_lines,
)
from assistants.knowledge.reader import Limits, read_file

FILES = Path(__file__).parents[2] / "files"
WIDE = "une ligne qui va jusqu’au bord de la page et qui continue donc"


def test_full_lines_are_joined_and_short_ones_end_a_paragraph() -> None:
    lines = [WIDE, WIDE, "puis finit.", f"Et {WIDE}", "encore", WIDE]
    assert list(join_lines(lines)) == [f"{WIDE} {WIDE} puis finit.", f"Et {WIDE} encore {WIDE}"]


def test_a_short_line_before_a_capital_stands_alone() -> None:
    assert list(join_lines(["Un titre", f"Voici {WIDE}", "la fin."])) == ["Un titre", f"Voici {WIDE} la fin."]


@pytest.mark.parametrize("mark", ["•", "-", "–", "1.", "(2)", "a)"])
def test_list_items_are_lines_of_their_own(mark: str) -> None:
    lines = [f"{WIDE} :", f"{mark} premier", f"{mark} second"]
    assert list(join_lines(lines)) == lines


def test_what_follows_a_footnote_number_is_glued_without_a_space() -> None:
    assert list(join_lines([f"{WIDE} de 1980", ", disait-on."])) == [f"{WIDE} de 1980, disait-on."]


def test_no_lines_give_no_paragraph() -> None:
    assert list(join_lines([])) == []


def test_lines_at_the_edge_of_many_pages_are_dropped_whatever_their_numbers() -> None:
    pages = [["Rapport annuel", f"Texte {'abcdef'[n]}", f"Suite {'uvwxyz'[n]}", f"Page {n} sur 6"] for n in range(6)]
    running = running_lines(pages)
    assert drop_running(pages[2], running) == ["Texte c", "Suite w"]


def test_a_few_pages_have_no_running_lines() -> None:
    assert running_lines([["Même titre", "a"], ["Même titre", "b"], ["Même titre", "c"]]) == set()


def test_a_line_that_repeats_in_the_middle_of_pages_stays() -> None:
    pages = [[f"a{n}", f"b{n}x", "Le même", f"c{n}y", f"d{n}z"] for n in "klmnop"]
    assert "Le même" in drop_running(pages[0], running_lines(pages))


@pytest.mark.parametrize(
    ("lines", "title", "place"),
    [
        (["x", "2. Le cadre", "y"], "2. Le cadre", (1, 2)),
        (["x", "2. Le cadre", "y"], "Le cadre", (1, 2)),
        (["Un titre", "sur deux lignes", "y"], "Un titre sur deux lignes", (0, 2)),
        (["LE  CADRE"], "Le cadre", (0, 1)),
        (["rien", "de tel"], "Le cadre", None),
    ],
)
def test_a_bookmark_finds_its_line(lines: list[str], title: str, place: tuple[int, int] | None) -> None:
    assert find_title(lines, title, 0) == place


def test_numbered_lines_are_headings_where_the_outline_is_silent() -> None:
    lines = [
        "2.7.1. Qui vérifie ?",
        "Le ministre vérifie tout ce que le décret lui demande de vérifier.",
        "1.2 fin de liste;",
    ]
    assert page_marks(lines, []) == [(0, 1, (3, "2.7.1. Qui vérifie ?"))]


@pytest.mark.parametrize(
    "line", ["3.2 Le fournisseur doit :", "12.50 euros", "1.5 million de personnes", "Version 2.1"]
)
def test_numbers_alone_make_no_heading(line: str) -> None:
    assert page_marks([line, "Une phrase assez longue pour que la page ait une largeur de ligne ordinaire."], []) == []


def test_headings_cut_a_page_and_the_last_one_reaches_the_next() -> None:
    path: list[tuple[int, str]] = []
    first = list(page_blocks(["Avant", "Un", "texte", "Deux", "suite"], 1, [(0, "Un"), (1, "Deux")], path))
    second = list(page_blocks(["encore"], 2, [], path))
    assert [(block.heading, block.text) for block in first] == [
        ((), "Avant"),
        (("Un",), "texte"),
        (("Un", "Deux"), "suite"),
    ]
    assert (second[0].heading, second[0].page) == (("Un", "Deux"), 2)


def test_a_bookmark_without_its_line_holds_from_the_start_of_the_page() -> None:
    blocks = list(page_blocks(["le texte"], 4, [(0, "Introuvable")], []))
    assert [(block.heading, block.text) for block in blocks] == [(("Introuvable",), "le texte")]


def test_pages_of_pictures_among_pages_of_text_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "mixed.pdf"
    with (
        pypdfium2.PdfDocument.new() as mixed,
        pypdfium2.PdfDocument(FILES / "latex_outline.pdf") as text,
        pypdfium2.PdfDocument(FILES / "scan_no_text.pdf") as scan,
    ):
        mixed.import_pages(text)
        mixed.import_pages(scan)
        content = io.BytesIO()
        mixed.save(content)
    path.write_bytes(content.getvalue())
    document = read_file(path, path.name, limits=Limits(pages=5))
    assert (document.pages, document.pages_without_text) == (5, 1)
    assert {block.page for block in document.blocks} == {1, 2, 3, 4}

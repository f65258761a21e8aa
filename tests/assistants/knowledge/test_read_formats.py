"""Reading real files of every kind, in the child process that production uses."""

from pathlib import Path

import docx
import pptx
import pytest
from docx.oxml.parser import parse_xml

from assistants.knowledge.extract.blocks import Block
from assistants.knowledge.reader import Document, read_file

FILES = Path(__file__).parents[2] / "files"


def read(name: str) -> Document:
    return read_file(FILES / name, name)


def written(tmp_path: Path, name: str, content: str | bytes) -> list[Block]:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(path, name).blocks


def block_with(document: Document, words: str) -> Block:
    return next(block for block in document.blocks if words in block.text)


def test_a_french_pdf_gives_the_page_and_headings_of_a_known_sentence() -> None:
    document = read("fr_rgaa_guide_accompagnement.pdf")
    block = block_with(document, "Le niveau légalement attendu est le niveau double A (AA).")
    assert (document.pages, block.page) == (41, 10)
    assert document.title == "RGAA 3 2017 – Guide d’accompagnement"
    assert block.heading[-2:] == (
        "2.7. Questions - réponses",
        "2.7.4. Quel est le niveau d’accessibilité légalement exigé ?",
    )


def test_pdf_lines_become_paragraphs_without_running_footers_or_contents() -> None:
    document = read("fr_rgaa_guide_accompagnement.pdf")
    text = "\n".join(block.text for block in document.blocks)
    assert "les actions à mettre en œuvre dans le cadre d’une mise en accessibilité, la vérification" in text
    assert "17/41" not in text
    assert "....." not in text


def test_pdf_progress_counts_its_pages() -> None:
    steps: list[tuple[int, int]] = []
    name = "latex_outline.pdf"
    document = read_file(FILES / name, name, on_progress=lambda done, total: steps.append((done, total)))
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert {block.heading for block in document.blocks} >= {("Foo",), ("Bar",), ("Baz",)}


def test_word_keeps_headings_lists_and_tables_in_order() -> None:
    blocks = read("word_sample.docx").blocks
    lake = "Swimming in the lake"
    headings = [block.heading for block in blocks]
    assert headings.index((lake, "Let’s swim!")) < headings.index((lake, "Let’s swim!", "Let’s eat"))
    assert any("- Wear sunglasses" in block.text for block in blocks)
    table = next(block for block in blocks if block.kind == "rows")
    assert "Leaves; Food: Ash, Elm, Maple; Calories per portion: 50" in table.text


def test_slides_are_pages_with_titles_tables_and_charts() -> None:
    document = read("autogen_slides.pptx")
    table = block_with(document, "ColA: 1; ColB: 2")
    assert (table.page, table.heading, table.kind) == (3, ("A table to test parsing:",), "rows")
    assert document.pages == 6
    assert read("fr_etalab_annotation.pptx").blocks[0].page == 2


def test_sheets_repeat_the_column_names_and_write_whole_numbers() -> None:
    blocks = read("test.xlsx").blocks
    assert blocks[0].heading == ("Sheet1",)
    assert blocks[0].text.splitlines()[0] == "Alpha: 89; Beta: 82; Gamma: 100; Delta: 12"


def test_a_question_sheet_keeps_question_and_answer_on_one_line() -> None:
    lines = read("fr_etalab_open_data_faq.xlsx").blocks[0].text.splitlines()
    assert lines[0].startswith("Question: Qu'est-ce que l'open data ?; Réponse: L'open data public consiste")


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("world_gdp.csv", "COUNTRY: France; GDP (BILLIONS): 2902.00; CODE: FRA"),
        ("semicolon.csv", "Lorem, ipsum: sed, do; dolor sit: eiusmod; amet: tempor incididunt"),
        ("utf16.csv", "Team: Blues; Location: STL; Stanley Cups: 1"),
    ],
)
def test_comma_separated_rows_carry_their_column_names(name: str, line: str) -> None:
    assert any(line in block.text.splitlines() for block in read(name).blocks)


def test_a_web_page_loses_its_furniture_and_keeps_its_headings() -> None:
    document = read("fr_rgaa_glossaire.html")
    text = "\n".join(block.text for block in document.blocks)
    assert "Menu principal" not in text
    assert "function(" not in text
    anchor = block_with(document, "En HTML, une ancre (appelée aussi signet)")
    assert anchor.heading == ("Glossaire", "A", "Ancre")


def test_a_blog_page_gives_its_article_alone() -> None:
    document = read("blog.html")
    assert document.title.startswith("Does Model and Inference Parameter Matter")
    assert "Recent posts" not in "\n".join(block.text for block in document.blocks)
    assert block_with(document, "relatively cheap model").heading[-1].startswith("Experiment Setup")


def test_a_web_page_keeps_tables_code_and_its_own_character_set(tmp_path: Path) -> None:
    page = '<html><meta charset="iso-8859-1"><h1>Été</h1><p>Déjà</p><pre>a  =  1</pre>'
    page += "<table><tr><th>Mois<th>Prix<tr><td>Mai<td>12</table></html>"
    blocks = written(tmp_path, "a.html", page.encode("iso-8859-1"))
    assert [block.heading for block in blocks] == [("Été",), ("Été",)]
    assert "Déjà\n```\na  =  1\n```" in blocks[0].text
    assert blocks[1].text == "Mois: Mai; Prix: 12"


def test_markdown_drops_front_matter_and_keeps_fences_whole(tmp_path: Path) -> None:
    text = "---\ntitle: Guide\n---\n# One\nText\n\n```sh\n# no heading\n```\n\nTwo\n---\nMore\n## Three\n"
    blocks = written(tmp_path, "a.md", text)
    assert [(block.heading, block.text.split("\n")[0]) for block in blocks] == [
        (("One",), "Text"),
        (("One", "Two"), "More"),
        (("One", "Three"), "Three"),
    ]
    assert "```sh\n# no heading\n```" in blocks[0].text


def test_real_markdown_has_its_sections() -> None:
    document = read("fr_etalab_preparer_jeu_de_donnees.md")
    block = block_with(document, "schema.data.gouv.fr")
    assert block.heading[0] == "Préparer le jeu de données"
    assert "permalink" not in document.blocks[0].text
    assert block_with(read("faq.md"), "Python 3.13 is supported").heading == ("FAQ", "Is Python 3.13 supported?")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_plain_text_is_read_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    text = "Le déjeuner est servi à midi, près de la fenêtre où l’été s’attarde. " * 5
    assert written(tmp_path, "a.txt", text.encode(encoding))[0].text.strip() == text.strip()


def test_code_stays_as_it_is_and_unseen_characters_go(tmp_path: Path) -> None:
    code = written(tmp_path, "a.py", "def f():\n    return 1\n")[0]
    assert (code.text, code.kind) == ("def f():\n    return 1\n", "code")
    assert written(tmp_path, "a.txt", "e\u200bﬃ\u00adcient\u00a0: oui")[0].text == "efficient : oui"


def test_word_reads_content_controls_and_insertions_and_leaves_deletions(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Contract", 1)
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    control = "<w:sdt {}><w:sdtContent><w:p>{}</w:p></w:sdtContent></w:sdt>"
    text = "<w:r><w:t>Signed </w:t></w:r><w:ins><w:r><w:t>today</w:t></w:r></w:ins>"
    text += "<w:del><w:r><w:delText>never</w:delText></w:r></w:del>"
    document.element.body.insert(1, parse_xml(control.format(names, text)))
    cell = document.add_table(1, 2).cell(0, 0)
    cell.text = "outer"
    cell.add_table(1, 1).cell(0, 0).text = "inner"
    document.save(str(tmp_path / "a.docx"))
    blocks = read_file(tmp_path / "a.docx", "a.docx").blocks
    assert [(block.heading, block.text) for block in blocks] == [
        (("Contract",), "Signed today"),
        (("Contract",), "outer inner"),
    ]


def test_a_slide_gives_its_grouped_shapes_and_what_the_speaker_noted(tmp_path: Path) -> None:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "Plan"
    box = slide.shapes.add_group_shape().shapes.add_textbox(0, 0, 9, 9)
    box.text_frame.text = "In a group"
    slide.notes_slide.notes_text_frame.text = "Say it slowly."
    show.slides.add_slide(show.slide_layouts[6])
    show.save(str(tmp_path / "a.pptx"))
    document = read_file(tmp_path / "a.pptx", "a.pptx")
    assert document.blocks == [Block("In a group\nSay it slowly.", 1, ("Plan",))]
    assert (document.pages, document.pages_without_text) == (2, 1)

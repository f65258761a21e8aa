"""Web pages and Markdown: structure in, furniture out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistants.knowledge.extract.blocks import Block
from assistants.knowledge.reader import read_file

Read = Callable[[str], list[Block]]


@pytest.fixture
def page(tmp_path: Path) -> Read:
    def read(html: str) -> list[Block]:
        path = tmp_path / "page.html"
        path.write_text(f"<!doctype html><meta charset=utf-8>{html}")
        return read_file(path, path.name).blocks

    return read


@pytest.fixture
def markdown(tmp_path: Path) -> Read:
    def read(text: str) -> list[Block]:
        path = tmp_path / "page.md"
        path.write_text(text)
        return read_file(path, path.name).blocks

    return read


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav>Home</nav>",
        "<footer>Imprint</footer>",
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<aside>Advert</aside>",
        "<div role=navigation>Home</div>",
        "<p hidden>Secret</p>",
        "<button>Send</button>",
        "<select><option>One</select>",
        "<header>Brand</header>",
    ],
)
def test_furniture_is_left_out(page: Read, furniture: str) -> None:
    assert [block.text for block in page(f"{furniture}<p>The text.</p>")] == ["The text."]


def test_the_main_part_is_taken_with_its_asides(page: Read) -> None:
    html = "<div>Menu</div><main><h1>Title</h1><aside>Note well.</aside><p>Text.</p></main><div>Links</div>"
    assert page(html) == [Block("Note well.\nText.", None, ("Title",))]


def test_one_article_is_the_main_part_and_several_are_not(page: Read) -> None:
    assert [block.text for block in page("<p>Menu</p><article><p>One.</p></article>")] == ["One."]
    assert page("<article>One.</article><article>Two.</article>")[0].text == "One.\nTwo."


def test_a_page_inside_a_form_is_read(page: Read) -> None:
    assert page("<form><p>All of it <input value=x> here.</p></form>")[0].text == "All of it here."


def test_headings_nest_and_an_empty_one_is_text(page: Read) -> None:
    blocks = page("<h1>A</h1><h2>B</h2><p>b</p><h2>C</h2><h3>D</h3><p>d</p><h2>E</h2>")
    assert [(block.heading, block.text) for block in blocks] == [
        (("A", "B"), "b"),
        (("A", "C", "D"), "d"),
        (("A", "E"), "E"),
    ]


def test_lists_and_breaks_are_lines(page: Read) -> None:
    html = "<p>One<br>two</p><ul><li>a <b>bold</b> item<li>another</ul><dl><dt>Term<dd>Meaning</dl>"
    assert page(html)[0].text == "One\ntwo\n- a bold item\n- another\nTerm\nMeaning"


def test_words_are_not_cut_at_inline_marks(page: Read) -> None:
    assert page("<p>acces<em>sibi</em>lité&nbsp;: l&#39;été</p>")[0].text == "accessibilité : l'été"


def test_a_layout_table_is_read_as_text_and_its_inner_one_as_a_table(page: Read) -> None:
    html = "<table><tr><td>Around<table><tr><th>City<th>Price<tr><td>Lyon<td>12</table></table>"
    assert [(block.kind, block.text) for block in page(html)] == [
        ("prose", "Around"),
        ("rows", "City: Lyon; Price: 12"),
    ]


def test_deep_nesting_is_read(page: Read) -> None:
    assert page("<div>" * 300 + "deep" + "</div>" * 300)[0].text == "deep"


def test_markdown_headings_of_both_styles(markdown: Read) -> None:
    blocks = markdown("Title\n=====\ntext\n\nPart\n----\nmore\n\n## Closed ##\nlast\n")
    assert [(block.heading, block.text.strip()) for block in blocks] == [
        (("Title",), "text"),
        (("Title", "Part"), "more"),
        (("Title", "Closed"), "last"),
    ]


def test_rules_and_tables_are_no_headings(markdown: Read) -> None:
    text = "before\nmore\n\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- item\n---\n"
    assert [block.heading for block in markdown(text)] == [()]


def test_comments_go_and_signs_in_code_stay(markdown: Read) -> None:
    text = "a <!-- hidden\n# no --> b\n\n~~~\n## code\n```\n~~~\n## Real\nc\n"
    blocks = markdown(text)
    assert "hidden" not in blocks[0].text
    assert "## code\n```" in blocks[0].text
    assert blocks[1].heading == ("Real",)


def test_an_unclosed_fence_keeps_the_rest(markdown: Read) -> None:
    assert "## not a heading" in markdown("text\n```\n## not a heading\n")[0].text

import pytest

from backends.offline.passages import Passage, read, split_sentences


def passage(*lines: str, source: str = "a.md · Guide › Section") -> Passage:
    text = "\n".join(["Instructions.", "", "<passages>", f"[1] {source}", *lines, "", "</passages>"])
    (found,) = read(text)
    return found


def kinds(*lines: str) -> list[str]:
    return [unit.kind for unit in passage(*lines).units]


def test_a_source_line_gives_number_path_and_heading() -> None:
    found = passage("Text.", source="guide.pdf, p. 12 · Guide › Chapter 2 › Returns")
    assert (found.number, found.path, found.heading) == (1, "Guide › Chapter 2 › Returns", "Returns")


def test_a_source_without_heading_has_none() -> None:
    assert passage("Text.", source="guide.pdf, p. 12").heading == ""


def test_a_message_without_the_section_has_no_passages() -> None:
    assert read("Use <passages> when there are any.") == []


def test_passages_are_told_apart_by_rising_numbers_only() -> None:
    system = "<passages>\n[1] a.md\nSee the note.\n[7] is a footnote.\n\n[2] b.md\nOther text.\n</passages>"
    assert [(found.number, found.body) for found in read(system)] == [
        (1, "See the note.\n[7] is a footnote."),
        (2, "Other text."),
    ]


def test_sentences_lists_quotations_code_tables_and_rows_are_recognised() -> None:
    assert kinds("One. Two.") == ["sentence", "sentence"]
    assert kinds("- one", "- two", "1. three") == ["list"]
    assert kinds("> Dear [name],", ">", "> Yours") == ["quote"]
    assert kinds("```python", "x = 1", "", "y = 2", "```") == ["code"]
    assert kinds("| a | b |", "| --- | --- |", "| 1 | 2 |") == ["table"]
    assert kinds("name: lamp; price: 30", "name: table; price: 120") == ["row", "row"]


def test_the_lines_of_a_list_item_stay_together() -> None:
    (unit,) = passage("- one", "  goes on", "", "- two").units
    assert unit.text == "- one\n  goes on\n\n- two"


def test_a_line_that_ends_with_a_colon_introduces_what_follows() -> None:
    (unit,) = passage("**Pack these:**", "- a shirt", "- a hat").units
    assert (unit.introduction, unit.text) == ("**Pack these:**", "- a shirt\n- a hat")


def test_a_colon_before_a_sentence_introduces_nothing() -> None:
    first, second = passage("Note:", "It rains.").units
    assert (first.text, second.text, second.introduction) == ("Note:", "It rains.", "")


def test_code_that_was_cut_off_is_closed() -> None:
    (unit,) = passage("```python", "x = 1").units
    assert unit.text == "```python\nx = 1\n```"


def test_a_code_file_is_one_block() -> None:
    (unit,) = passage("def f():", "    return 1", source="tool.py · f").units
    assert (unit.kind, unit.text) == ("code", "```\ndef f():\n    return 1\n```")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("See art. 5 and M. Dupont. Then leave.", ["See art. 5 and M. Dupont.", "Then leave."]),
        ("Il dit « oui. » Elle part.", ["Il dit « oui. »", "Elle part."]),
        ("Version 2.5 is out. e.g. this one", ["Version 2.5 is out. e.g. this one"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    assert list(split_sentences(text)) == sentences

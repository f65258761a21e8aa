"""What a file is, by its bytes and by what its name adds."""

import zipfile
from pathlib import Path

import pytest

from assistants.knowledge.extract.blocks import ExtractionError, Problem, Source
from assistants.knowledge.extract.sniff import KIND_OF, check_bomb, claimed_kind, sniff

FILES = Path(__file__).parents[2] / "files"
HTML = b"<!DOCTYPE html><html><body>Hello</body></html>"


def kind_of(tmp_path: Path, name: str, content: bytes) -> str:
    path = tmp_path / "upload"
    path.write_bytes(content)
    return sniff(Source(path, name))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("notes.txt", "text"),
        ("NOTES.MD", "markdown"),
        ("page.htm", "html"),
        ("table.tsv", "csv"),
        ("main.py", "code"),
        ("Dockerfile", "code"),
        ("data.json", "code"),
        ("no ending", "text"),
        ("odd.ending", "text"),
    ],
)
def test_the_name_tells_kinds_of_text_apart(tmp_path: Path, name: str, kind: str) -> None:
    assert kind_of(tmp_path, name, b"Plain words, nothing else.") == kind


@pytest.mark.parametrize(("name", "kind"), [("", "html"), ("a.txt", "html"), ("a.html", "html"), ("a.md", "markdown")])
def test_a_page_is_told_by_its_first_bytes(tmp_path: Path, name: str, kind: str) -> None:
    assert kind_of(tmp_path, name, HTML) == kind


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.pptx", "a.xlsx", "a.csv"])
def test_a_page_that_calls_itself_something_else_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExtractionError) as caught:
        kind_of(tmp_path, name, HTML)
    assert caught.value.detail == {"claimed": KIND_OF[name[2:]], "found": "html"}


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("latex_outline.pdf", "pdf"),
        ("word_sample.docx", "docx"),
        ("autogen_slides.pptx", "pptx"),
        ("test.xlsx", "sheet"),
        ("blog.html", "html"),
    ],
)
def test_a_file_without_an_ending_is_told_by_its_content(source: str, kind: str) -> None:
    assert sniff(Source(FILES / source, "upload")) == kind


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.xlsm", "a.xlsx"])
def test_all_spreadsheets_are_one_kind(name: str) -> None:
    assert sniff(Source(FILES / "test.xlsx", name)) == "sheet"


def test_an_open_document_sheet_is_told_by_its_mimetype(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    assert sniff(Source(path, "a.ods")) == "sheet"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "image"),
        (b"\xff\xd8\xff\xe0" + bytes(99), "image"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(99), "media"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(99), "media"),
        (b"ID3\x03" + bytes(99), "audio"),
        (b"\x1f\x8b\x08" + bytes(99), "archive"),
        (b"PK\x05\x06" + bytes(18), "archive"),
        (b"\x7fELF" + bytes(99), "program"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "old office"),
        (bytes(range(256)) * 4, "binary"),
    ],
)
def test_what_is_no_text_is_named(tmp_path: Path, content: bytes, found: str) -> None:
    with pytest.raises(ExtractionError) as caught:
        kind_of(tmp_path, "a.txt", content)
    assert (caught.value.code, caught.value.detail["found"]) == (Problem.WRONG_TYPE, found)


def test_words_that_look_like_a_picture_are_words(tmp_path: Path) -> None:
    assert kind_of(tmp_path, "a.txt", b"BMW and MZ are makers of vehicles.") == "text"


def test_an_encrypted_archive_is_locked(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(ExtractionError) as caught:
        sniff(Source(path, "a.docx"))
    assert caught.value.code == Problem.LOCKED


def test_a_dense_archive_is_a_bomb_only_when_it_is_large() -> None:
    entry = zipfile.ZipInfo("word/document.xml")
    entry.file_size = 10_000_000
    check_bomb([entry], 10_000)
    entry.file_size = 60_000_000
    with pytest.raises(ExtractionError):
        check_bomb([entry], 10_000)
    check_bomb([entry], 1_000_000)
    entry.file_size = 500_000_000
    with pytest.raises(ExtractionError):
        check_bomb([entry], 400_000_000)


def test_a_name_promises_a_kind_by_its_ending() -> None:
    assert [claimed_kind(name) for name in ("A.PDF", "makefile", "a.tar.gz", "")] == ["pdf", "code", "", ""]

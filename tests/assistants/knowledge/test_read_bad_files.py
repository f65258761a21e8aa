"""Every bad file ends with its own word, and none takes its reader down."""

import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import psutil
import pytest

from assistants.knowledge.extract.blocks import ExtractionError, Problem
from assistants.knowledge.problems import MESSAGES, describe
from assistants.knowledge.reader import ROOT, Limits, read_file

FILES = Path(__file__).parents[2] / "files"
GUIDE = "fr_rgaa_guide_accompagnement.pdf"


def children() -> list[psutil.Process]:
    """The readers at work, and no other server of the tests."""
    return [child for child in psutil.Process().children() if "assistants.knowledge.extract" in child.cmdline()]


def problem(path: Path, name: str = "", limits: Limits | None = None) -> ExtractionError:
    with pytest.raises(ExtractionError) as caught:
        read_file(path, name or path.name, limits=limits)
    return caught.value


def made(tmp_path: Path, name: str, content: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def archive(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return path


def test_a_password_is_told() -> None:
    assert problem(FILES / "password_protected.pdf").code == Problem.LOCKED


def test_an_encrypted_office_file_is_locked(tmp_path: Path) -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 1024 + "EncryptedPackage".encode("utf-16-le")
    assert problem(made(tmp_path, "a.docx", content)).code == Problem.LOCKED


def test_a_scan_without_text_is_told() -> None:
    assert problem(FILES / "scan_no_text.pdf").code == Problem.NO_TEXT


@pytest.mark.parametrize(
    ("name", "content"), [("a.txt", b""), ("a.pdf", b""), ("a.md", b" \n\t\n"), ("a.csv", b",,\n")]
)
def test_an_empty_file_is_told(tmp_path: Path, name: str, content: bytes) -> None:
    assert problem(made(tmp_path, name, content)).code == Problem.EMPTY


def test_a_big_file_is_refused_before_it_is_read() -> None:
    error = problem(FILES / GUIDE, limits=Limits(file_bytes=1000))
    assert (error.code, error.detail["limit"]) == (Problem.TOO_BIG, 1000)


def test_many_pages_and_much_text_are_refused(tmp_path: Path) -> None:
    assert problem(FILES / GUIDE, limits=Limits(pages=40)).detail == {"pages": 41, "limit": 40}
    assert problem(FILES / GUIDE, limits=Limits(characters=5000)).code == Problem.TOO_MUCH_TEXT


def test_a_zip_bomb_is_refused_unopened(tmp_path: Path) -> None:
    bomb = archive(tmp_path / "a.docx", {"word/document.xml": b"\x00" * 80_000_000})
    assert bomb.stat().st_size < 100_000
    assert problem(bomb).code == Problem.ZIP_BOMB
    swarm = archive(tmp_path / "b.xlsx", {f"xl/{number}": b"" for number in range(20_001)})
    assert problem(swarm).code == Problem.ZIP_BOMB


@pytest.mark.parametrize(
    ("name", "source", "found"),
    [
        ("a.pdf", "blog.html", "html"),
        ("a.docx", "test.xlsx", "sheet"),
        ("a.xlsx", "world_gdp.csv", "text"),
        ("a.csv", "blog.html", "html"),
        ("a.txt", GUIDE, "pdf"),
        ("a.epub", "test.epub", "archive"),
    ],
)
def test_a_name_that_promises_another_kind_is_refused(name: str, source: str, found: str) -> None:
    error = problem(FILES / source, name)
    assert (error.code, error.detail["found"]) == (Problem.WRONG_TYPE, found)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"MZ" + bytes(500), os.urandom(4000)])
def test_pictures_programs_and_noise_are_the_wrong_kind(tmp_path: Path, content: bytes) -> None:
    assert problem(made(tmp_path, "a.txt", content)).code == Problem.WRONG_TYPE


def test_a_file_without_a_telling_name_is_read_for_what_it_is() -> None:
    assert read_file(FILES / GUIDE, "document").pages == 41


@pytest.mark.parametrize("source", [GUIDE, "word_sample.docx", "autogen_slides.pptx", "test.xlsx"])
def test_a_damaged_file_is_told(tmp_path: Path, source: str) -> None:
    content = (FILES / source).read_bytes()
    assert problem(made(tmp_path, source, content[: len(content) // 3])).code == Problem.UNREADABLE


def test_a_well_formed_archive_with_broken_parts_is_damaged(tmp_path: Path) -> None:
    broken = {"[Content_Types].xml": b"<no", "word/document.xml": b"<no", "xl/workbook.xml": b"<no"}
    assert problem(archive(tmp_path / "a.docx", broken)).code == Problem.UNREADABLE
    assert problem(archive(tmp_path / "a.xlsx", {"xl/workbook.xml": b"<no"})).code == Problem.UNREADABLE


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    hanging = tmp_path / "a.txt"
    os.mkfifo(hanging)  # opening it never returns, since nobody writes
    assert problem(hanging, limits=Limits(seconds=1)).code == Problem.TIMEOUT
    assert not children()


def test_a_file_that_takes_too_much_memory_is_given_up(tmp_path: Path) -> None:
    hog = made(tmp_path, "a.txt", b"word " * 8_000_000)
    assert problem(hog, limits=Limits(memory=100 * 1024 * 1024)).code == Problem.MEMORY


def test_a_parser_that_crashes_takes_only_its_file_with_it() -> None:
    def crash(done: int, total: int) -> None:
        if done == 1:
            children()[0].send_signal(signal.SIGSEGV)

    with pytest.raises(ExtractionError) as caught:
        read_file(FILES / GUIDE, GUIDE, on_progress=crash)
    assert caught.value.code == Problem.UNREADABLE
    assert read_file(FILES / GUIDE, GUIDE).pages == 41


def test_the_child_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for parsers")
    seen: list[dict[str, str]] = []
    read_file(FILES / GUIDE, GUIDE, on_progress=lambda done, total: done > 1 or seen.append(children()[0].environ()))
    assert "SECRET_KEY" not in seen[0]


@pytest.mark.parametrize(
    "deed", ["__import__('socket').socket()", "__import__('os').system('true')", "open('written', 'wb', 0).write(b'x')"]
)
def test_a_confined_reader_opens_no_socket_starts_no_program_and_writes_no_file(tmp_path: Path, deed: str) -> None:
    code = f"from assistants.knowledge.extract.__main__ import confine; confine(5, 1 << 30); {deed}"
    child = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert "Error" in child.stderr
    assert child.returncode == 1


@pytest.mark.parametrize("code", [*Problem, "something new"])
def test_every_problem_has_a_sentence(code: str) -> None:
    assert describe(code, {}).endswith(".")
    assert code in MESSAGES or code == "something new"


def test_a_wrong_name_is_told_with_the_kind_it_promised() -> None:
    assert "not a PDF file" in describe(Problem.WRONG_TYPE, {"claimed": "pdf", "found": "html"})
    assert "50" in describe(Problem.TOO_BIG, {"limit": 50 * 1024 * 1024})

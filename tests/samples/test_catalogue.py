"""The sample catalogue is whole: every folder keeps the form that samples/README.md describes."""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FOLDERS = sorted(path.parent for path in SAMPLES.glob("*/assistant.json"))
KEYS = {
    "schema",
    "slug",
    "language",
    "category",
    "name",
    "promise",
    "audience",
    "instructions",
    "opening",
    "starters",
    "capabilities",
    "knowledge",
}
LONGEST_SECTION = 1500

each_sample = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def read(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "assistant.json").read_text(encoding="utf-8"))


def categories() -> list[dict[str, Any]]:
    return json.loads((SAMPLES / "categories.json").read_text(encoding="utf-8"))


def sections(text: str) -> list[str]:
    """Pieces from one heading to the next; a # inside a code block is no heading."""
    found, fenced = [""], False
    for line in text.splitlines():
        fenced ^= line.lstrip("> ").startswith(("```", "~~~"))
        if not fenced and re.match(r"#{1,6} ", line):
            found.append("")
        found[-1] += line + "\n"
    return found


def test_there_are_at_least_sixteen_assistants_in_eight_categories() -> None:
    assert len(FOLDERS) >= 16
    assert len({read(folder)["category"] for folder in FOLDERS}) >= 8


def test_half_are_french_and_half_english() -> None:
    languages = Counter(read(folder)["language"] for folder in FOLDERS)
    assert set(languages) == {"fr", "en"}
    assert abs(languages["fr"] - languages["en"]) <= 1


def test_no_folder_lacks_its_assistant() -> None:
    assert [path.name for path in SAMPLES.iterdir() if path.is_dir() and path not in FOLDERS] == []


def test_categories_have_a_name_and_a_line_in_both_languages() -> None:
    for category in categories():
        assert set(category) == {"slug", "field", "icon", "name", "line"}
        assert all(category[key][language] for key in ("name", "line") for language in ("fr", "en"))
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", category["icon"])


def test_category_slugs_are_unique() -> None:
    slugs = [category["slug"] for category in categories()]
    assert len(slugs) == len(set(slugs)) == 10


@each_sample
def test_it_has_exactly_the_keys_of_schema_1(folder: Path) -> None:
    sample = read(folder)
    assert set(sample) == KEYS
    assert (sample["schema"], sample["capabilities"]) == (1, {"knowledge": True})


@each_sample
def test_its_slug_is_its_folder_and_its_category_exists(folder: Path) -> None:
    sample = read(folder)
    assert sample["slug"] == folder.name
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", sample["slug"])
    assert sample["category"] in {category["slug"] for category in categories()}


@each_sample
def test_its_texts_are_filled_in_and_of_the_right_length(folder: Path) -> None:
    sample = read(folder)
    assert all(sample[key].strip() for key in ("name", "promise", "audience", "instructions", "opening"))
    assert len(sample["promise"]) <= 110
    assert 150 <= len(sample["instructions"].split()) <= 350


@each_sample
def test_it_offers_four_different_starters(folder: Path) -> None:
    starters = read(folder)["starters"]
    assert len(starters) == 4
    assert len({starter["text"] for starter in starters}) == 4
    assert all(0 < len(starter["title"]) <= 40 and starter["text"].strip() for starter in starters)


@each_sample
def test_its_knowledge_names_licence_and_origin(folder: Path) -> None:
    knowledge = read(folder)["knowledge"]
    assert 2 <= len(knowledge) <= 4
    for entry in knowledge:
        assert set(entry) == {"file", "title", "sha256", "licence", "origin"}
        assert all(entry.values())


@each_sample
def test_its_list_of_files_matches_the_folder(folder: Path) -> None:
    listed = {entry["file"] for entry in read(folder)["knowledge"]}
    assert listed == {f"knowledge/{path.name}" for path in (folder / "knowledge").iterdir()}


@each_sample
def test_its_hashes_are_those_of_its_files(folder: Path) -> None:
    for entry in read(folder)["knowledge"]:
        assert entry["sha256"] == hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest(), entry["file"]


@each_sample
def test_its_documents_are_utf8_text(folder: Path) -> None:
    for path in (folder / "knowledge").iterdir():
        assert "\ufffd" not in path.read_text(encoding="utf-8"), path.name


@each_sample
def test_no_section_is_too_long_to_be_quoted(folder: Path) -> None:
    for path in (folder / "knowledge").glob("*.md"):
        for section in sections(path.read_text(encoding="utf-8")):
            assert len(section) <= LONGEST_SECTION, f"{path.name}: {section.splitlines()[0]}"

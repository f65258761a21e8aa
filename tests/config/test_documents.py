"""The documents speak of what is there."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.config.test_env_example import LINE, ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]+)")
VARIABLE = re.compile(r"`([A-Z]{2,}(?:_[A-Z]+)+)`|^\s*([A-Z]+(?:_[A-Z]+)+)=", re.MULTILINE)
# Written down in the documents as examples of what is not ours.
FOREIGN = {"BENCH", "NOMKSTREAM"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_leads_somewhere(document: Path) -> None:
    lost = [link for link in LINK.findall(document.read_text()) if not (document.parent / link).exists()]
    assert not lost


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_variable_named_is_in_the_example(document: Path) -> None:
    known = dict(LINE.findall((ROOT / ".env.example").read_text())) | dict.fromkeys(FOREIGN, "")
    named = {first or second for first, second in VARIABLE.findall(document.read_text())}
    assert named <= set(known)


@pytest.mark.parametrize("document", [path for path in DOCUMENTS if path.parent == ROOT], ids=name)
def test_every_make_target_named_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = re.findall(r"(?:^|`)make ([a-z]+)\b", document.read_text(), re.MULTILINE)
    assert set(named) <= targets


def test_every_direct_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    direct = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {match[0] for match in (re.match(r"[A-Za-z0-9-]+", one) for one in direct) if match}
    explained = set(re.findall(r"^\| ([a-z0-9-]+) \|", (ROOT / "docs/dependencies.md").read_text(), re.MULTILINE))
    assert names == explained - {"package"}

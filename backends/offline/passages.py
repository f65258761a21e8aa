"""Reading the passages in a system message, and cutting them into what can be quoted: sentences, lists, blocks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["sentence", "list", "quote", "code", "table", "row"]

SECTION = re.compile(r"^<passages>[ \t]*$(.*?)^</passages>", re.DOTALL | re.MULTILINE)
SOURCE = re.compile(r"^\[(\d+)\] (.*)$")
ITEM = re.compile(r"^\s*(?:[-*•–☐✓]|\d{1,2}[.)]|\[[ x]\])\s+\S")
ROW = re.compile(r"^[^:;]{1,80}: [^;]+(?:; [^:;]{1,80}: [^;]+)+$")
FENCE = re.compile(r"^\s*(```+|~~~+)")
SENTENCE_END = re.compile(r"(?<=[.!?…])(?:[\s\u00a0\u202f]?[\"»”’)\]])*\s+(?=[\"«“‘(\[]*\s?[A-ZÀ-ÖØ-Þ0-9])")
ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:M|MM|Mme|Dr|Pr|St|art|cf|ex|p|pp|no|vol|e\.g|i\.e|vs|Mr|Mrs|Ms|Prof|Fig|[A-Z])\.$"
)
CODE_FILE = re.compile(r"\.(?:py|js|ts|tsx|java|c|h|cpp|cs|go|rs|rb|php|sh|sql|css|json|ya?ml|toml)(?:,| ·|$)")


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest thing worth quoting, as Markdown. Sentences of one `line` were one paragraph."""

    text: str
    kind: Kind
    introduction: str = ""
    line: int = 0

    @property
    def whole(self) -> str:
        """With the sentence that introduces it."""
        return f"{self.introduction}\n{self.text}" if self.introduction else self.text

    @property
    def block(self) -> bool:
        """Whether it stands on lines of its own."""
        return self.kind != "sentence"


@dataclass(frozen=True, slots=True)
class Passage:
    """One numbered passage."""

    number: int
    source: str
    body: str
    units: tuple[Unit, ...]

    @property
    def path(self) -> str:
        """The headings that lead to it."""
        return self.source.partition(" · ")[2]

    @property
    def heading(self) -> str:
        """The nearest heading, the best name of what the passage is about."""
        return self.path.rpartition(" › ")[2].strip()


def read(system: str) -> list[Passage]:
    """The passages of a system message, in their order."""
    section = SECTION.search(system)
    found: list[tuple[int, str, list[str]]] = []
    for line in section[1].splitlines() if section else ():
        source = SOURCE.match(line)
        if source and int(source[1]) == len(found) + 1:
            found.append((int(source[1]), source[2], []))
        elif found:
            found[-1][2].append(line)
    return [_passage(number, source, lines) for number, source, lines in found]


def _passage(number: int, source: str, lines: list[str]) -> Passage:
    body = "\n".join(lines).strip("\n")
    if CODE_FILE.search(source):
        return Passage(number, source, body, (Unit(f"```\n{body}\n```", "code"),))
    return Passage(number, source, body, tuple(_with_introductions(_units(lines))))


def _units(lines: list[str]) -> Iterator[Unit]:
    at = 0
    while at < len(lines):
        kind = _kind(lines[at])
        end = _end_of_block(lines, at, kind)
        text = "\n".join(lines[at:end]).strip("\n")
        if kind == "sentence":
            yield from (Unit(sentence, kind, line=at) for sentence in split_sentences(text.strip().lstrip("# ")))
        elif text.strip():
            yield Unit(_closed(text) if kind == "code" else text, kind)
        at = end


def _kind(line: str) -> Kind:
    if FENCE.match(line):
        return "code"
    if line.startswith(">"):
        return "quote"
    if line.startswith("|"):
        return "table"
    if ITEM.match(line):
        return "list"
    return "row" if ROW.match(line) else "sentence"


def _end_of_block(lines: list[str], at: int, kind: Kind) -> int:
    end = at + 1
    if kind == "code":
        while end < len(lines) and not FENCE.match(lines[end]):
            end += 1
        return min(end + 1, len(lines))
    if kind in ("quote", "table", "list"):
        while end < len(lines) and (_kind(lines[end]) == kind or _goes_on(lines, end, kind)):
            end += 1
    return end


def _goes_on(lines: list[str], at: int, kind: Kind) -> bool:
    """Indented lines belong to the list item above them; so does an empty line between two items."""
    if kind != "list":
        return False
    is_gap = not lines[at].strip() and at + 1 < len(lines) and _kind(lines[at + 1]) == "list"
    return is_gap or lines[at].startswith("  ")


def _closed(code: str) -> str:
    """A fence that the cutting of passages left open is closed, else it would swallow the rest of the answer."""
    lines = code.split("\n")
    return code if len(lines) > 1 and FENCE.match(lines[-1]) else f"{code}\n```"


def _with_introductions(units: Iterator[Unit]) -> Iterator[Unit]:
    """A sentence that ends with a colon belongs to the list or block after it."""
    held: Unit | None = None
    for unit in units:
        if held and unit.block and unit.kind != "row":
            yield replace(unit, introduction=held.text)
            held = None
            continue
        if held:
            yield held
        held = unit if unit.kind == "sentence" and unit.text.rstrip("*_ ").endswith(":") else None
        if held is None:
            yield unit
    if held:
        yield held


def split_sentences(text: str) -> Iterator[str]:
    """Sentences of one line; a full stop after an abbreviation ends none."""
    start = 0
    for match in SENTENCE_END.finditer(text):
        if not ABBREVIATION.search(text[start : match.start()][-8:]):
            yield text[start : match.end()].strip()
            start = match.end()
    if rest := text[start:].strip():
        yield rest

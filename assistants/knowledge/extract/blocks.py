"""What every reader yields, and how reading fails."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

Kind = Literal["prose", "rows", "code"]

# What a person neither sees nor types: NUL and other controls, lone surrogates, soft hyphens, zero-width marks.
UNSEEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\xad\u200b-\u200f\u2060\ufeff\ufffe\ud800-\udfff]")
ODD_LETTERS = {
    ord(a): b for a, b in {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}.items()
}
ODD_SPACES = {ord(space): " " for space in "\xa0\u2007\u2008\u2009\u200a\u202f\u205f\u3000"}
LINE_ENDS = {ord("\x0c"): "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}


class Problem(StrEnum):
    """Why a file cannot be read; `assistants.knowledge.problems` holds the sentence for each."""

    LOCKED = "locked"
    NO_TEXT = "no_text"
    EMPTY = "empty"
    TOO_BIG = "too_big"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MUCH_TEXT = "too_much_text"
    ZIP_BOMB = "zip_bomb"
    WRONG_TYPE = "wrong_type"
    UNREADABLE = "unreadable"
    TIMEOUT = "timeout"
    MEMORY = "memory"


class ExtractionError(Exception):
    """A file that cannot be read, and the facts that its message needs."""

    def __init__(self, code: Problem, **detail: Any) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code} {self.detail}" if self.detail else str(self.code)


@dataclass(frozen=True, slots=True)
class Block:
    """Text under one heading, on one page or slide. `rows` are table lines and `code` is code: both kept whole."""

    text: str
    page: int | None = None
    heading: tuple[str, ...] = ()
    kind: Kind = "prose"


@dataclass(slots=True)
class Source:
    """The file to read, the limits that a reader keeps, and what it learns of the whole on the way."""

    path: Path
    name: str
    kind: str = ""
    max_pages: int = 5000
    on_progress: Callable[[int, int], None] = lambda done, total: None
    title: str = ""
    pages: int = 0
    pages_without_text: int = 0


@dataclass(slots=True)
class Outline:
    """Collects text under the heading it stands below, for formats that put headings between paragraphs."""

    page: int | None = None
    _path: list[tuple[int, str]] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _kind: Kind = "prose"
    _bare: bool = False

    def heading(self, level: int, text: str) -> Iterator[Block]:
        """Close what came before and stand below a new heading; a heading that held nothing becomes text itself."""
        text = clean(text).replace("\n", " ").strip()
        if not text:
            return
        yield from self.close()
        if self._bare and level <= self._path[-1][0]:
            yield self._block(self._path[-1][1])
        self._path = [*((depth, title) for depth, title in self._path if depth < level), (level, text)]
        self._bare = True

    def add(self, text: str, kind: Kind = "prose") -> Iterator[Block]:
        """Text below the present heading; a change of kind closes the block."""
        text = clean(text).strip("\n")
        if not text.strip():
            return
        if kind != self._kind:
            yield from self.close()
            self._kind = kind
        self._parts.append(text)
        self._bare = False

    def close(self) -> Iterator[Block]:
        """The text gathered so far as one block."""
        if self._parts:
            yield self._block("\n".join(self._parts))
            self._parts = []

    def end(self) -> Iterator[Block]:
        """The rest, at the end of the file."""
        yield from self.close()
        if self._bare:
            yield self._block(self._path[-1][1])

    def _block(self, text: str) -> Block:
        return Block(text, self.page, tuple(title for _, title in self._path), self._kind)


def clean(text: str) -> str:
    """Text with plain spaces and line ends and without characters that nobody sees; Postgres refuses some of them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(LINE_ENDS)
    return UNSEEN.sub("", text.translate(ODD_SPACES).translate(ODD_LETTERS))

"""Cutting blocks into passages: about 900 characters, whole sentences, table rows and code, a little overlap.

Measured on long articles (see the retrieval benchmark): passages of 900 to 1,000 characters that overlap by 150 to 200
keep an answer whole most often within a fixed room, and fit the small embedding model.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistants.knowledge.extract.blocks import Block

MAX_SIZE = 1000
OVERLAP = 200
HEADING_MAX = 300
# How much of the next page may be taken along to finish a sentence.
CARRY_MAX = 300

SENTENCE_END = re.compile(r"(?<=[.!?…])[\"»”’)\]]*\s+(?=[\"«“‘(\[]*\s?[A-ZÀ-ÖØ-Þ0-9])")
ABBREVIATION = re.compile(
    r"(?:^|[\s(«\"])(?:M|MM|Mme|Mmes|Mlle|Dr|Pr|Me|St|Ste|art|al|cf|ex|p|pp|n|no|vol|fig|env|etc|e\.g|i\.e|vs|Mr|Mrs|Ms|"
    r"Prof|Inc|Ltd|Co|No|Fig|[A-Z])\.$"
)
NUMBERING = re.compile(r"[\s•*-]*(?:\d+|[a-zA-Z])(?:\.\d+)*\.")
FENCE = re.compile(r"(^[ \t]*(?P<mark>```+|~~~+).*?^[ \t]*(?P=mark)[`~]*[ \t]*$)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage to be: `heading` is the path from the document's title down, `page` where it begins."""

    position: int
    page: int | None
    heading: str
    body: str


@dataclass(frozen=True, slots=True)
class Atom:
    """What is never cut if it fits: a sentence, a table row, a piece of code. `glue` goes before it."""

    text: str
    glue: str
    may_repeat: bool


def split(blocks: Iterable[Block], title: str) -> list[Piece]:
    """Pieces in reading order. None crosses a heading; a page is crossed only to finish a sentence."""
    pieces: list[Piece] = []
    for block in finish_sentences(blocks):
        heading = heading_path(title, block.heading)
        for body in bodies(list(atoms(block))):
            if any(map(str.isalnum, body)):
                pieces.append(Piece(len(pieces), block.page, heading, body))
    return pieces


def heading_path(title: str, heading: Sequence[str]) -> str:
    """`Title › Chapter › Section`, without saying the title twice; what is deepest survives when it is too long."""
    path: list[str] = []
    for part in filter(None, (title, *heading)):
        if not path or part.casefold() not in path[-1].casefold():
            path.append(part)
    while len(path) > 1 and len(" › ".join(path)) > HEADING_MAX:
        path.pop(len(path) // 2 - 1 if len(path) > 2 else 0)
    return " › ".join(path)[:HEADING_MAX]


def finish_sentences(blocks: Iterable[Block]) -> Iterator[Block]:
    """Where a page ends inside a sentence, take its end along from the next page, which keeps it too."""
    for block, following in itertools.pairwise(itertools.chain(blocks, [None])):
        assert block is not None
        if following is None or not _runs_on(block, following):
            yield block
            continue
        end = SENTENCE_END.split(following.text.partition("\n")[0], maxsplit=1)[0]
        text = f"{block.text} {end}" if len(end) <= CARRY_MAX else block.text
        yield Block(text, block.page, block.heading, block.kind)


def _runs_on(block: Block, following: Block) -> bool:
    same = block.heading == following.heading and block.kind == following.kind == "prose"
    turned = block.page is not None and block.page != following.page
    return same and turned and block.text[-1:].isalnum() | block.text.endswith(",") and following.text[:1].islower()


def atoms(block: Block) -> Iterator[Atom]:
    """The block's smallest pieces, each at most `MAX_SIZE` long."""
    if block.kind == "prose":
        for part in FENCE.split(block.text):
            if part is None or re.fullmatch("```+|~~~+", part):
                continue
            yield from _code(part) if FENCE.fullmatch(part) else _sentences(part)
    elif block.kind == "rows":
        yield from _lines(block.text)
    else:
        yield from _code(block.text)


def _sentences(text: str) -> Iterator[Atom]:
    for line in re.split(r"\n\s*", text.strip()):
        if line.startswith("|"):
            yield from _lines(line)
            continue
        glue = "\n"
        for sentence in sentences(line):
            for piece in _fitting(sentence):
                yield Atom(piece, glue, may_repeat=True)
                glue = " "


def sentences(line: str) -> Iterator[str]:
    """Sentences of one paragraph; a full stop after an abbreviation ends none."""
    start = 0
    for match in SENTENCE_END.finditer(line):
        said = line[start : match.start()]
        if ABBREVIATION.search(said[-8:]) or NUMBERING.fullmatch(said):
            continue
        yield line[start : match.end()].strip()
        start = match.end()
    if rest := line[start:].strip():
        yield rest


def _lines(text: str) -> Iterator[Atom]:
    for line in text.split("\n"):
        for piece in _fitting(line.rstrip()):
            yield Atom(piece, "\n", may_repeat=False)


def _code(text: str) -> Iterator[Atom]:
    """Code that fits stays whole; more is cut at empty lines where it can be."""
    text = text.strip("\n")
    if len(text) <= MAX_SIZE:
        yield Atom(text, "\n", may_repeat=False)
        return
    for paragraph in re.split(r"\n\s*\n", text):
        if len(paragraph) <= MAX_SIZE // 2:
            yield Atom(paragraph, "\n\n", may_repeat=False)
        else:
            yield from _lines(paragraph)


def _fitting(text: str) -> Iterator[str]:
    """Cut what has no end of sentence for too long at a space, else anywhere."""
    while len(text) > MAX_SIZE:
        cut = text.rfind(" ", MAX_SIZE // 2, MAX_SIZE)
        cut = cut if cut > 0 else MAX_SIZE
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    if text.strip():
        yield text


def bodies(parts: Sequence[Atom]) -> Iterator[str]:
    """Pack atoms into texts of about equal size, each beginning with the last sentences of the one before."""
    total = sum(len(part.glue) + len(part.text) for part in parts)
    count = 1 if total <= MAX_SIZE else -(-(total - OVERLAP) // (MAX_SIZE - OVERLAP))
    target = MAX_SIZE if count == 1 else total / count + OVERLAP
    packed: list[Atom] = []
    fresh = False
    for part in parts:
        size, grown = _size(packed), _size([*packed, part])
        if fresh and (grown > MAX_SIZE or (size > target * 0.6 and grown - target > target - size)):
            yield _text(packed)
            packed = _overlap(packed, MAX_SIZE - len(part.glue) - len(part.text))
        packed.append(part)
        fresh = True
    if fresh:
        yield _text(packed)


def _overlap(packed: Sequence[Atom], room: int) -> list[Atom]:
    """The last sentences that fit both the overlap and beside what comes next."""
    kept: list[Atom] = []
    for part in reversed(packed):
        if not part.may_repeat or _size([part, *kept]) > min(OVERLAP, room):
            break
        kept.insert(0, part)
    return kept


def _size(parts: Sequence[Atom]) -> int:
    return sum(len(part.glue) + len(part.text) for part in parts)


def _text(parts: Sequence[Atom]) -> str:
    return parts[0].text + "".join(part.glue + part.text for part in parts[1:])

"""Plain text, source code, Markdown and comma-separated tables."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

from assistants.knowledge.extract.blocks import Block, Outline, Source, clean
from assistants.knowledge.extract.tables import row_lines, tables

# Enough to tell an encoding; guessing over many megabytes takes seconds and finds the same.
SAMPLE = 128 * 1024
WESTERN = "cp1252"
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
FRONT_TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# One sign deep inside a line is a shell comment; two and more are a heading, also where admonitions indent it.
HEADING = re.compile(r"^(?: {0,3}(#)| *(#{2,6}))\s+(.*?)\s*#*\s*$")
UNDERLINE = re.compile(r"^ {0,3}(=+|-+)\s*$")
FENCE = re.compile(r"^\s*(`{3,}|~{3,})")


def decode(content: bytes) -> str:
    """Text from bytes whose encoding nobody tells: a byte order mark, else UTF-8, else the likeliest."""
    for bom, encoding in BOMS.items():
        if content.startswith(bom):
            return content.decode(encoding, "replace")
    try:
        return content.decode() if 0 not in content[:1000] else content.decode(_wide_encoding(content))
    except UnicodeDecodeError:
        return content.decode(_likeliest(content[:SAMPLE]), "replace")


def _likeliest(sample: bytes) -> str:
    """The encoding that reads most like a text; of those that read alike, the one of western Europe."""
    matches = from_bytes(sample)
    best = matches.best()
    if best is None or any(WESTERN in match.could_be_from_charset and match.chaos <= best.chaos for match in matches):
        return WESTERN
    return best.encoding


def _wide_encoding(content: bytes) -> str:
    sample = content[:1000]
    return "utf-16-be" if sample[0::2].count(0) > sample[1::2].count(0) else "utf-16-le"


def read_text(source: Source) -> Iterator[Block]:
    """The whole text as one block; the splitter knows sentences and paragraphs."""
    yield Block(clean(decode(source.path.read_bytes())))


def read_code(source: Source) -> Iterator[Block]:
    """Source code or configuration: lines stay as they are."""
    yield Block(clean(decode(source.path.read_bytes())), kind="code")


def read_csv(source: Source) -> Iterator[Block]:
    """Rows as `column: value` lines."""
    text = clean(decode(source.path.read_bytes()))
    csv.field_size_limit(1024 * 1024)
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:8192], ",;\t|")
    except csv.Error:
        dialect = csv.excel
    rows = [[" ".join(cell.split()) for cell in row] for row in csv.reader(io.StringIO(text), dialect, strict=False)]
    for table in tables(rows):
        yield Block("\n".join(row_lines(table)), kind="rows")


def read_markdown(source: Source) -> Iterator[Block]:
    """Sections under their headings. Text stays as written; front matter and comments go."""
    text = clean(decode(source.path.read_bytes()))
    if front := FRONT_MATTER.match(text):
        title = FRONT_TITLE.search(front[1])
        source.title = title[1] if title else ""
        text = text[front.end() :]
    yield from _sections(COMMENT.sub("", text).split("\n"))


def _sections(lines: list[str]) -> Iterator[Block]:
    outline = Outline()
    fence = ""
    waiting: list[str] = []
    for line in lines:
        mark = FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line.strip(" `~"):
            fence = ""
        elif not fence and (heading := HEADING.match(line)):
            yield from outline.add("\n".join(waiting))
            waiting = []
            yield from outline.heading(len(heading[1] or heading[2]), heading[3])
            continue
        elif not fence and UNDERLINE.match(line) and _may_be_title(waiting):
            title = waiting.pop()
            yield from outline.add("\n".join(waiting))
            waiting = []
            yield from outline.heading(1 if "=" in line else 2, title)
            continue
        waiting.append(line)
    yield from outline.add("\n".join(waiting))
    yield from outline.end()


def _may_be_title(waiting: list[str]) -> bool:
    """A line of dashes makes a title of a short line that stands alone; else it is a rule or the end of a table."""
    if (
        not waiting
        or not waiting[-1].strip()
        or len(waiting[-1]) > 120
        or waiting[-1].lstrip().startswith(("|", "-", "*", ">"))
    ):
        return False
    return len(waiting) == 1 or not waiting[-2].strip()

"""PDF: text page by page, under the headings of the document's own outline."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence

import pypdfium2
from pypdfium2 import PdfDocument, PdfiumError

from assistants.knowledge.extract.blocks import Block, ExtractionError, Problem, Source, clean

PASSWORD_ERROR = 4
HYPHEN = re.compile("\ufffe\r?\n?")
LEADERS = re.compile(r"(?:\.{4,}|(?: \.){4,}|…{2,}|_{6,})\s*[\divxlc]*\s*$")
LIST_ITEM = re.compile(r"\s*(?:[•●▪◦‣⁃∙·*–—-]|\(?\d{1,2}[.)]|[a-z][.)])\s")
NUMBERING = re.compile(r"^\s*(?:\d+(?:\.\d+)*[.)]?|[ivxlc]+[.)]|[a-z][.)])\s+", re.IGNORECASE)
EDGE_LINES = 2
# A line at the edge of at least this share of the pages is a running header or footer.
EDGE_SHARE = 0.4
EDGE_MIN_PAGES = 4

# "2.7.1. Who checks?" but not "3.2 The supplier shall:" nor a line that goes on.
NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})\.?\s+[^\W\d_a-zà-ÿ].{2,100}[^.,:;\s-]$")

Heading = tuple[int, str]
Mark = tuple[int, int, Heading]


def read(source: Source) -> Iterator[Block]:
    """Blocks of every page: one, or one a heading where the outline names headings on it."""
    document = open_document(source)
    try:
        source.pages = len(document)
        if source.pages > source.max_pages:
            raise ExtractionError(Problem.TOO_MANY_PAGES, pages=source.pages, limit=source.max_pages)
        source.title = document.get_metadata_value("Title")
        headings = outline(document)
        pages = [_page_lines(document, index, source) for index in range(source.pages)]
    finally:
        document.close()
    running = running_lines(pages)
    path: list[Heading] = []
    for index, lines in enumerate(pages):
        blocks = list(page_blocks(drop_running(lines, running), index + 1, headings.get(index, []), path))
        source.pages_without_text += not blocks
        yield from blocks


def open_document(source: Source) -> PdfDocument:
    """The document; a password and a broken file are told apart."""
    try:
        return pypdfium2.PdfDocument(source.path)
    except PdfiumError as error:
        code = Problem.LOCKED if error.err_code == PASSWORD_ERROR else Problem.UNREADABLE
        raise ExtractionError(code) from error


def outline(document: PdfDocument) -> dict[int, list[Heading]]:
    """Bookmarks by page index, in reading order, each with its depth."""
    found: dict[int, list[Heading]] = {}
    for bookmark in document.get_toc(max_depth=6):
        target = bookmark.get_dest()
        index = target.get_index() if target else None
        title = " ".join(clean(bookmark.get_title()).split())
        if index is not None and title:
            found.setdefault(index, []).append((bookmark.level, title))
    return found


def _page_lines(document: PdfDocument, index: int, source: Source) -> list[str]:
    try:
        page = document[index]
        text = page.get_textpage().get_text_range()
        page.close()
    except PdfiumError:
        text = ""  # one broken page does not take the others away
    source.on_progress(index + 1, source.pages)
    lines = (line.strip() for line in clean(HYPHEN.sub("", text)).split("\n"))
    return [line for line in lines if line and not LEADERS.search(line)]


def running_lines(pages: Sequence[Sequence[str]]) -> set[str]:
    """Headers and footers: lines, numbers aside, that stand at the edge of many pages."""
    if len(pages) < EDGE_MIN_PAGES:
        return set()
    seen = Counter(line for lines in pages for line in {_shape(line) for line in _edges(lines)})
    return {line for line, count in seen.items() if count >= max(3, len(pages) * EDGE_SHARE)}


def drop_running(lines: list[str], running: set[str]) -> list[str]:
    """The page without its headers and footers."""
    edges = {*range(EDGE_LINES), *range(len(lines) - EDGE_LINES, len(lines))}
    return [line for number, line in enumerate(lines) if number not in edges or _shape(line) not in running]


def _edges(lines: Sequence[str]) -> list[str]:
    return [*lines[:EDGE_LINES], *lines[EDGE_LINES:][-EDGE_LINES:]]


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", line.casefold())


def page_blocks(lines: list[str], page: int, headings: list[Heading], path: list[Heading]) -> Iterator[Block]:
    """Cut a page where its headings stand. `path` is where the last page ended, and is moved along."""
    start = 0
    for first, after, (level, title) in page_marks(lines, headings):
        yield from _block(lines[start:first], page, path)
        path[:] = [*(entry for entry in path if entry[0] < level), (level, title)]
        start = after
    yield from _block(lines[start:], page, path)


def page_marks(lines: Sequence[str], headings: Sequence[Heading]) -> list[Mark]:
    """The headings of a page: bookmarks, and between them lines numbered like 2.7.1 that the outline leaves out."""
    marks: list[Mark] = []
    start = 0
    for heading in headings:
        first, start = find_title(lines, heading[1], start) or (start, start)
        marks.append((first, start, heading))
    taken = {number for first, after, _ in marks for number in range(first, after)}
    width = full_width(lines)
    for number, (line, following) in enumerate(itertools.pairwise(lines)):
        numbered = NUMBERED.match(line)
        if numbered and number not in taken and len(line) < width and not following[:1].islower():
            marks.append((number, number + 1, (numbered[1].count(".") + 1, line)))
    return sorted(marks)


def find_title(lines: Sequence[str], title: str, start: int) -> tuple[int, int] | None:
    """Where a heading stands, as first line and line after; it may run over three lines, and be numbered there only."""
    wanted = _squeezed(title)
    for first in range(start, len(lines)):
        for after in range(first + 1, min(first + 3, len(lines)) + 1):
            seen = " ".join(lines[first:after])
            if wanted in {_squeezed(seen), _squeezed(NUMBERING.sub("", seen))}:
                return first, after
    return None


def _squeezed(text: str) -> str:
    return "".join(text.casefold().split())


def _block(lines: Sequence[str], page: int, path: Sequence[Heading]) -> Iterator[Block]:
    text = "\n".join(join_lines(lines))
    if any(map(str.isalnum, text)):
        yield Block(text, page, tuple(title for _, title in path))


def full_width(lines: Sequence[str]) -> float:
    """Lines at least this long are taken to go on in the next."""
    return sorted(map(len, lines))[int(len(lines) * 0.8)] * 0.75 if lines else 0


def join_lines(lines: Sequence[str]) -> Iterator[str]:
    """Put the lines of a paragraph together again: one goes on while it is full and the next is no list item."""
    if not lines:
        return
    full = full_width(lines)
    paragraph = lines[0]
    for before, line in itertools.pairwise(lines):
        ends = before.endswith((".", ":", ";", "!", "?", "…")) and not line[:1].islower()
        if (len(before) < full and not line[:1].islower()) or ends or LIST_ITEM.match(line):
            yield paragraph
            paragraph = line
        else:
            paragraph = f"{paragraph}{'' if line.startswith((',', '.')) else ' '}{line}"
    yield paragraph

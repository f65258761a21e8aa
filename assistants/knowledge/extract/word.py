"""Word documents: headings, text and tables in the order of the page."""

import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from assistants.knowledge.extract.blocks import Block, ExtractionError, Outline, Problem, Source
from assistants.knowledge.extract.tables import row_lines

PARAGRAPH, TABLE, ROW, CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
TEXT = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
WRAPPERS = {qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo")}
# Word writes a drawing's text twice, for itself and for older readers.
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
STYLE_LEVEL = re.compile(r"(?:heading|titre|überschrift|título|titolo)\s*(\d)", re.IGNORECASE)
TITLE_STYLES = {"title", "titre"}


def read(source: Source) -> Iterator[Block]:
    """Blocks of the document's body, then its footnotes."""
    try:
        document = docx.Document(str(source.path))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise ExtractionError(Problem.UNREADABLE, reason=type(error).__name__) from error
    source.title = document.core_properties.title or ""
    levels = heading_levels(document)
    outline = Outline()
    for element in flow(document.element.body):
        if element.tag == TABLE:
            yield from outline.add("\n".join(row_lines(table_rows(element))), "rows")
            continue
        text, level = paragraph_text(element), levels.get(_style_id(element))
        if level is not None and text.strip():
            yield from outline.heading(level, text)
        elif level is None:
            yield from outline.add(f"- {text}" if _is_list_item(element) and text.strip() else text)
    yield from outline.end()
    yield from footnotes(document)


def heading_levels(document: Document) -> dict[str, int]:
    """Style ids that mean a heading, with their level; the document's title stands above them all."""
    levels: dict[str, int] = {}
    for style in document.styles:
        name = (style.name or "").strip()
        if match := STYLE_LEVEL.fullmatch(name):
            levels[style.style_id] = int(match[1])
        elif name.lower() in TITLE_STYLES:
            levels[style.style_id] = 0
        elif found := style.element.findall(f"./{qn('w:pPr')}/{qn('w:outlineLvl')}"):
            level = int(found[0].get(qn("w:val"), 9))
            if level < 9:
                levels[style.style_id] = level + 1
    return levels


def flow(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, also those inside content controls; a table of contents is left out."""
    for element in parent:
        if element.tag in {PARAGRAPH, TABLE}:
            yield element
        elif element.tag in WRAPPERS and not _is_contents(element):
            yield from flow(element)


def _is_contents(control: Any) -> bool:
    gallery = control.find(f"./{qn('w:sdtPr')}/{qn('w:docPartObj')}/{qn('w:docPartGallery')}")
    return gallery is not None and gallery.get(qn("w:val")) == "Table of Contents"


def paragraph_text(paragraph: Any) -> str:
    """The visible text, with links, insertions and text boxes, without deletions."""
    parts: list[str] = []
    stack = [paragraph]
    while stack:
        element = stack.pop()
        if element.tag == qn("w:t"):
            parts.append(element.text or "")
        elif element.tag in TEXT:
            parts.append(TEXT[element.tag])
        elif element.tag not in {FALLBACK, qn("w:pPr"), qn("w:del")}:
            stack.extend(reversed(element))
    return "".join(parts)


def table_rows(table: Any) -> list[list[str]]:
    """Cell texts by row. A cell that continues the one above it is empty, and a table inside a cell is its text."""
    rows = [row for row in table.iter(ROW) if next(row.iterancestors(TABLE)) is table]
    cells = ([cell for cell in row.iter(CELL) if next(cell.iterancestors(ROW)) is row] for row in rows)
    return [[" ".join(map(paragraph_text, cell.iter(PARAGRAPH))) for cell in row] for row in cells]


def footnotes(document: Document) -> Iterator[Block]:
    """All footnotes as one last block."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/footnotes") and not relation.is_external:
            notes = [paragraph_text(note) for note in parse_xml(relation.target_part.blob).iter(PARAGRAPH)]
            text = "\n".join(note.strip() for note in notes if note.strip())
            if text:
                yield Block(text)


def _style_id(paragraph: Any) -> str:
    found = paragraph.find(f"./{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if found is None else str(found.get(qn("w:val"), ""))


def _is_list_item(paragraph: Any) -> bool:
    return paragraph.find(f"./{qn('w:pPr')}/{qn('w:numPr')}") is not None or "List" in _style_id(paragraph)

"""Spreadsheets: every sheet under its name, every row as `column: value`."""

from collections.abc import Iterator

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from assistants.knowledge.extract.blocks import Block, ExtractionError, Problem, Source, clean
from assistants.knowledge.extract.tables import cell_text, row_lines, tables


def read(source: Source) -> Iterator[Block]:
    """Blocks of every visible sheet."""
    try:
        book = load_workbook(str(source.path))
        yield from _sheets(book, source)
    except PasswordError as error:
        raise ExtractionError(Problem.LOCKED) from error
    except CalamineError as error:
        raise ExtractionError(Problem.UNREADABLE, reason=type(error).__name__) from error


def _sheets(book: CalamineWorkbook, source: Source) -> Iterator[Block]:
    sheets = [
        meta.name
        for meta in book.sheets_metadata
        if meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible
    ]
    for number, name in enumerate(sheets, start=1):
        rows = [[cell_text(value) for value in row] for row in book.get_sheet_by_name(name).to_python()]
        for table in tables(rows):
            yield Block("\n".join(row_lines(table)), heading=(clean(name),), kind="rows")
        source.on_progress(number, len(sheets))

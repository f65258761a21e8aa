"""Tables as lines that can be read alone: the column's name before each value."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from assistants.knowledge.extract.blocks import clean

HEADER_CELL_MAX = 80


def cell_text(value: object) -> str:
    """A cell as a person reads it: 12 rather than 12.0, a day rather than a day at midnight."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return " ".join(clean(str(value if value is not None else "")).split())


def row_lines(rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """One line a row. Where the first row names the columns, it is repeated: `column: value; column: value`."""
    texts = [[cell_text(value) for value in row] for row in rows]
    texts = [row for row in texts if any(row)]
    if len(texts) < 2 or not is_header(texts[0], texts[1]):
        for row in texts:
            yield " | ".join(cell for cell in row if cell)
        return
    header = [name.rstrip(" :") for name in texts[0]]
    for row in texts[1:]:
        names = [*header, *[""] * (len(row) - len(header))]
        cells = zip(names, row, strict=False)
        yield "; ".join(f"{name}: {cell}" if name else cell for name, cell in cells if cell)


def is_header(row: Sequence[str], following: Sequence[str]) -> bool:
    """True when a row looks like column names: several, short, each once, none a number, and the next row differs."""
    names = [cell for cell in row if cell]
    if len(names) < 2 or len(set(names)) < len(names) or list(row) == list(following):
        return False
    return all(len(name) <= HEADER_CELL_MAX and not _is_number(name) for name in names)


def _is_number(text: str) -> bool:
    return text.replace(" ", "").replace(",", ".").strip("+-%€$").replace(".", "").isdigit()


def tables(rows: list[list[str]]) -> Iterator[list[list[str]]]:
    """The tables of a sheet. An empty row ends one only where new column names follow; a lone line is a caption."""
    table: list[list[str]] = []
    after_gap = True
    for row, following in itertools.pairwise([*rows, []]):
        if not any(row):
            after_gap = True
            continue
        if table and after_gap and is_header(row, following) and _is_data(following) and len(table) > 1:
            yield table
            table = []
        if not table and sum(map(bool, row)) == 1 and sum(map(bool, following)) > 1:
            yield [row]
            continue
        table.append(row)
        after_gap = False
    if table:
        yield table


def _is_data(row: list[str]) -> bool:
    return any(cell[:1].isdigit() for cell in row)

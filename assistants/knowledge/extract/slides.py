"""Presentations: a slide is a page, its title the heading; tables, charts and notes are kept."""

from collections.abc import Iterable, Iterator
from typing import Any

import pptx
from pptx.exc import PackageNotFoundError

from assistants.knowledge.extract.blocks import Block, ExtractionError, Outline, Problem, Source
from assistants.knowledge.extract.tables import row_lines


def read(source: Source) -> Iterator[Block]:
    """Blocks of every slide, in order."""
    try:
        show = pptx.Presentation(str(source.path))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise ExtractionError(Problem.UNREADABLE, reason=type(error).__name__) from error
    source.title = show.core_properties.title or ""
    source.pages = len(show.slides)
    if source.pages > source.max_pages:
        raise ExtractionError(Problem.TOO_MANY_PAGES, pages=source.pages, limit=source.max_pages)
    for number, slide in enumerate(show.slides, start=1):
        blocks = list(read_slide(slide, number))
        source.pages_without_text += not blocks
        yield from blocks
        source.on_progress(number, source.pages)


def read_slide(slide: Any, number: int) -> Iterator[Block]:
    """The slide's text from top to bottom, below its title; then what the speaker noted."""
    outline = Outline(page=number)
    title = slide.shapes.title
    if title is not None and title.has_text_frame:
        yield from outline.heading(1, title.text_frame.text)
    shapes = (shape for shape in _flat(slide.shapes) if title is None or shape.shape_id != title.shape_id)
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if getattr(shape, "has_table", False):
            rows = [[cell.text_frame.text for cell in row.cells] for row in shape.table.rows]
            yield from outline.add("\n".join(row_lines(rows)), "rows")
        elif getattr(shape, "has_chart", False):
            yield from outline.add("\n".join(row_lines(chart_rows(shape.chart))), "rows")
        elif shape.has_text_frame:
            yield from outline.add(shape.text_frame.text)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        yield from outline.add(slide.notes_slide.notes_text_frame.text)
    yield from outline.end()


def chart_rows(chart: Any) -> list[list[object]]:
    """A chart as a table: a line a category, a column a series."""
    plot = next(iter(chart.plots), None)
    if plot is None:
        return []
    series = list(plot.series)
    header: list[object] = [_chart_title(chart), *(one.name for one in series)]
    columns = [list(one.values) for one in series]
    names = [str(category) for category in plot.categories]
    return [header, *([name, *(column[i] for column in columns if i < len(column))] for i, name in enumerate(names))]


def _chart_title(chart: Any) -> str:
    return str(chart.chart_title.text_frame.text) if chart.has_title and chart.chart_title.has_text_frame else ""


def _flat(shapes: Iterable[Any]) -> Iterator[Any]:
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _flat(shape.shapes)
        else:
            yield shape

"""What a browser downloads: the widget's loader, and each page's stylesheets with the base's."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import rules
from tests.architecture.house import Breach, House

STATIC_CSS = re.compile(r"""\{%\s*static\s+["']([^"']+\.css)["']""")
TAGS = re.compile(
    r"""\{%\s*(?:block\s+(?P<block>\w+)|(?P<end>endblock)|extends\s+["'](?P<parent>[^"']+)["'])[^%]*%\}"""
)


def weights(house: House) -> Iterator[Breach]:
    """What a browser downloads: the widget's loader, and each page's styles with the base's."""
    loader = house.root / rules.LOADER
    if loader.exists() and (size := weight(loader)) > rules.LOADER_BYTES:
        yield Breach(rules.LOADER, 1, "weight", f"{size} bytes gzipped, {rules.LOADER_BYTES} at most")
    for path, sheets in page_styles(house):
        if (size := sum(weight(sheet) for sheet in sheets)) > rules.PAGE_CSS_BYTES:
            names = ", ".join(sheet.name for sheet in sheets)
            text = f"{size} bytes of styles gzipped ({names}), {rules.PAGE_CSS_BYTES} at most"
            yield Breach(house.relative(path), 1, "weight", text)


def weight(path: Path) -> int:
    """Bytes of a file once gzipped, as the server stores it."""
    return len(gzip.compress(path.read_bytes(), mtime=0))


def page_styles(house: House) -> Iterator[tuple[Path, list[Path]]]:
    """Each page (a template that has a whole document above it) with all stylesheets that it loads."""
    root = house.root / "templates"
    for path in house.files("templates", ".html"):
        sheets: list[str] = []
        overridden: set[str] = set()
        name: str | None = path.relative_to(root).as_posix()
        while name and (source := root / name).is_file():
            name, blocks, links = _parse(source.read_text())
            sheets += [sheet for sheet, inside in links if not inside & overridden]
            overridden |= blocks
        yield path, [house.root / "static" / sheet for sheet in dict.fromkeys(sheets)]


def _parse(source: str) -> tuple[str | None, set[str], list[tuple[str, set[str]]]]:
    """A template's parent, the blocks it replaces, and its stylesheets with the blocks around each."""
    parent: str | None = None
    blocks: set[str] = set()
    links: list[tuple[str, set[str]]] = []
    open_blocks: list[str] = []
    place = 0
    for tag in [*TAGS.finditer(source), None]:
        text = source[place : tag.start() if tag else len(source)]
        links += [(sheet, set(open_blocks)) for sheet in STATIC_CSS.findall(text)]
        if tag is None:
            break
        place = tag.end()
        if tag["block"]:
            open_blocks.append(tag["block"])
            blocks.add(tag["block"])
        elif tag["end"] and open_blocks:
            open_blocks.pop()
        parent = tag["parent"] or parent
    return parent, blocks, links

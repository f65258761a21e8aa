"""Message catalogues without the gettext binary: compiled by Babel wherever the source is newer."""

from collections.abc import Iterable
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_all(folders: Iterable[Path]) -> int:
    """Compile each `.po` whose `.mo` is missing or older; gives how many were compiled."""
    sources = [source for folder in folders for source in Path(folder).glob("*/LC_MESSAGES/*.po")]
    stale = [source for source in sources if _is_stale(source)]
    for source in stale:
        compile_one(source)
    return len(stale)


def compile_one(source: Path) -> None:
    """Write the `.mo` beside its `.po`; whole or not at all."""
    with source.open("rb") as file:
        catalogue = read_po(file)
    target = source.with_suffix(".mo")
    fresh = target.with_suffix(".mo.new")
    with fresh.open("wb") as file:
        write_mo(file, catalogue)
    fresh.replace(target)


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime

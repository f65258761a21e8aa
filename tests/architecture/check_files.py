"""Names and templates: what a file may be called, and who may render what."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import rules
from tests.architecture.house import Breach, House

TEMPLATE_NAME = re.compile(r"^[a-z_]+/[a-z0-9_/]+\.(html|txt)$")
TEMPLATE_TAG = re.compile(r"""\{%-?\s*(?:include|extends)\s+["']([^"']+)["']""")


def names(house: House) -> Iterator[Breach]:
    """A file's name says its subject."""
    for module in house.modules:
        for part in module.name.split(".")[1:]:
            if part in rules.FORBIDDEN_NAMES:
                yield Breach(module.path, 1, "names", f"{part} says nothing; name the subject")


def templates(house: House) -> Iterator[Breach]:
    """An app renders its own templates, and a template includes those of its own app."""
    yield from _rendered(house)
    yield from _included(house)


def _rendered(house: House) -> Iterator[Breach]:
    for module in house.modules:
        allowed = rules.TEMPLATE_FOLDERS.get(module.app, frozenset())
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and TEMPLATE_NAME.match(node.value):
                folder = node.value.partition("/")[0]
                if folder not in {*allowed, rules.SHARED_TEMPLATES}:
                    text = f"{module.app} may not render {node.value}"
                    yield Breach(module.path, node.lineno, "templates", text)


def _included(house: House) -> Iterator[Breach]:
    root = house.root / "templates"
    for path in house.files("templates", ".html"):
        folder = _folder(path.relative_to(root))
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for name in TEMPLATE_TAG.findall(line):
                if not _may_include(folder, _folder(Path(name))):
                    yield Breach(house.relative(path), number, "templates", f"{folder} may not include {name}")


def _folder(path: Path) -> str:
    return path.parts[0] if len(path.parts) > 1 else ""


def _may_include(folder: str, other: str) -> bool:
    if other in {"", folder, rules.SHARED_TEMPLATES}:
        return True
    return any(folder in folders and other in folders for folders in rules.TEMPLATE_FOLDERS.values())

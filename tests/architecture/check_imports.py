"""Who may import whom: floors, layers, public modules, no cycle, no import of ours inside a function."""

import ast
from collections.abc import Iterator

from tests.architecture import rules
from tests.architecture.house import Breach, House, Import, Module, role_of


def floors(house: House) -> Iterator[Breach]:
    """Imports go down the house; apps on one floor are blind to each other."""
    for module, taken in _imports(house):
        other = taken.target.partition(".")[0]
        if other == module.app:
            continue
        here, there = rules.FLOORS[module.app], rules.FLOORS[other]
        if there >= here or (module.app, other) in rules.STRANGERS:
            text = f"{module.app} (floor {here}) may not import {taken.target} (floor {there})"
            yield Breach(module.path, taken.line, "floors", text)


def plain(house: House) -> Iterator[Breach]:
    """Some apps do without Django."""
    for module in house.modules:
        if module.app in rules.PLAIN_PYTHON:
            for node in ast.walk(module.tree):
                if _imports_django(node):
                    yield Breach(module.path, _line(node), "plain", f"{module.app} is plain Python: no Django")


def layers(house: House) -> Iterator[Breach]:
    """Inside an app, imports go towards the models."""
    order = {name: place for place, names in enumerate(rules.LAYERS) for name in names}
    for module in house.modules:
        if module.app in rules.FLAT or module.role in {"", *rules.STARTERS}:
            continue
        if module.role not in order:
            text = f"{module.role} has no layer; choose one in tests/architecture/rules.py"
            yield Breach(module.path, 1, "layers", text)
            continue
        for taken in house.imports(module):
            role = role_of(taken.target)
            is_below = role in rules.STARTERS or order.get(role, -1) > order[module.role]
            if taken.target.partition(".")[0] == module.app and role != module.role and is_below:
                text = f"{module.role} may not import {taken.target}, which stands above it"
                yield Breach(module.path, taken.line, "layers", text)


def public(house: House) -> Iterator[Breach]:
    """Across apps, only the modules that the table shows."""
    for module, taken in _imports(house):
        app, _, inside = taken.target.partition(".")
        if app == module.app or module.app == "config" or "*" in rules.PUBLIC.get(app, ()):
            continue
        if inside not in rules.PUBLIC.get(app, ()) and role_of(taken.target) != "models":
            yield Breach(module.path, taken.line, "public", f"{taken.target} is {app}'s own business")


def private(house: House) -> Iterator[Breach]:
    """A name with a leading underscore stays in its module."""
    for module in house.modules:
        aliases = {taken.target.rpartition(".")[2] for taken in house.imports(module) if not taken.name}
        for taken in house.imports(module):
            if _is_private(taken.name):
                text = f"{taken.name} is private to {taken.target}"
                yield Breach(module.path, taken.line, "private", text)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and _is_private(node.attr) and _name(node.value) in aliases:
                text = f"{node.attr} is private to {_name(node.value)}"
                yield Breach(module.path, node.lineno, "private", text)


def late(house: House) -> Iterator[Breach]:
    """Our own code is imported at the top of the file."""
    for module, taken in _imports(house):
        if taken.function and (module.role, taken.function) not in rules.LATE_IMPORTS_ALLOWED:
            text = f"{taken.target} is imported inside {taken.function}"
            yield Breach(module.path, taken.line, "late", text)


def cycles(house: House) -> Iterator[Breach]:
    """No module reaches itself again through what it imports."""
    graph = {module.name: [taken for taken in house.imports(module) if not taken.function] for module in house.modules}
    paths = {module.name: module.path for module in house.modules}
    for name, taken_list in graph.items():
        for taken in taken_list:
            if taken.target != name and name in _reached(graph, taken.target):
                yield Breach(paths[name], taken.line, "cycles", f"{taken.target} imports {name} again")


def _reached(graph: dict[str, list[Import]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += [taken.target for taken in graph.get(name, [])]
    return seen


def _imports(house: House) -> Iterator[tuple[Module, Import]]:
    for module in house.modules:
        for taken in house.imports(module):
            yield module, taken


def _imports_django(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return not node.level and (node.module or "").partition(".")[0] == "django"
    return isinstance(node, ast.Import) and any(alias.name.partition(".")[0] == "django" for alias in node.names)


def _line(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 1))


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")

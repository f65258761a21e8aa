"""`.env.example` names every variable that the code reads, no other, with the default that holds."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import rules

ROOT = Path(__file__).resolve().parents[2]
READERS = {"text", "flag", "number", "words"}
# Set by the system or by other tools.
NOT_OURS = {"PATH", "PLAYWRIGHT_BROWSERS_PATH", "HOME"}
LINE = re.compile(r"^(?:# )?([A-Z][A-Z0-9_]+)=(.*)$", re.MULTILINE)


def example() -> dict[str, str]:
    return dict(LINE.findall((ROOT / ".env.example").read_text()))


def read_in_code() -> Iterator[tuple[str, ast.expr | None]]:
    """Names, as patterns, and the defaults beside them."""
    for app in rules.FLOORS:
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if name := _name(node):
                    arguments = node.args if isinstance(node, ast.Call) else []
                    yield name, arguments[1] if len(arguments) > 1 else None


def _name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Call) and _is_reader(node.func) and node.args:
        return _pattern(node.args[0])
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and _is_environment(node.value):
        return _pattern(node.slice)
    return None


def _is_reader(function: ast.expr) -> bool:
    """`env.text` and its like, and `os.environ.get`."""
    if not isinstance(function, ast.Attribute):
        return False
    from_env = isinstance(function.value, ast.Name) and function.value.id == "env" and function.attr in READERS
    return from_env or (function.attr == "get" and _is_environment(function.value))


def _is_environment(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "environ"


def _pattern(node: ast.expr) -> str | None:
    """A literal name, or one with a hole: `f"{name}_SECRET"` fits every name that ends so. None for a bare variable."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    pattern = "".join(str(part.value) if isinstance(part, ast.Constant) else "[A-Z]+" for part in parts)
    return None if pattern in {"", "[A-Z]+_FILE"} else pattern


def test_every_variable_that_is_read_is_explained() -> None:
    names = {name for name, _default in read_in_code()} - NOT_OURS
    missing = [name for name in names if not any(re.fullmatch(name, known) for known in example())]
    assert not missing


def test_no_variable_is_explained_that_nobody_reads() -> None:
    names = {name for name, _default in read_in_code()}
    unread = [known for known in example() if not any(re.fullmatch(name, known) for name in names)]
    assert not unread


def test_the_defaults_shown_are_those_of_the_code() -> None:
    shown = example()
    for name, default in read_in_code():
        if isinstance(default, ast.Constant) and default.value not in ("", None) and name in shown:
            assert shown[name].lower() == str(default.value).lower(), name

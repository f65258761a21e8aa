"""Reads the house: every module of the product as a syntax tree, and the breaches that the checks report."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tests.architecture import rules

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, order=True, slots=True)
class Breach:
    """One broken rule, at one place."""

    path: str
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


@dataclass(frozen=True, slots=True)
class Import:
    """One of our own modules imported: the module, the name taken from it (or none), and where."""

    target: str
    name: str
    line: int
    function: str


@dataclass(frozen=True)
class Module:
    """A Python file of the product."""

    path: str
    name: str
    source: str
    tree: ast.Module = field(repr=False)

    @property
    def app(self) -> str:
        return self.name.partition(".")[0]

    @property
    def role(self) -> str:
        """The first part of its path inside the app; empty for the package itself."""
        return role_of(self.name)

    @cached_property
    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]


def role_of(name: str) -> str:
    return name.partition(".")[2].partition(".")[0]


@dataclass(frozen=True)
class House:
    """The project under `root`."""

    root: Path

    @cached_property
    def modules(self) -> list[Module]:
        paths = [path for app in rules.FLOORS for path in sorted((self.root / app).rglob("*.py"))]
        return [self._module(path) for path in paths if "migrations" not in path.parts]

    @cached_property
    def names(self) -> set[str]:
        return {module.name for module in self.modules}

    def files(self, folder: str, suffix: str) -> Iterator[Path]:
        """Our own files of a kind; those of others are kept under `vendor`."""
        for path in sorted((self.root / folder).rglob(f"*{suffix}")):
            if rules.VENDOR not in path.parts:
                yield path

    def relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def imports(self, module: Module) -> list[Import]:
        """What a module imports of the product, wherever in the file."""
        found: list[Import] = []
        self._collect(module, module.tree, "", found)
        return found

    def _module(self, path: Path) -> Module:
        relative = self.relative(path)
        name = relative.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        source = path.read_text()
        return Module(relative, name, source, ast.parse(source))

    def _collect(self, module: Module, node: ast.AST, function: str, found: list[Import]) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                found += [
                    Import(alias.name, "", child.lineno, function) for alias in child.names if _is_ours(alias.name)
                ]
            elif isinstance(child, ast.ImportFrom):
                found += self._from(module, child, function)
            else:
                self._collect(module, child, child.name if isinstance(child, Function) else function, found)

    def _from(self, module: Module, node: ast.ImportFrom, function: str) -> Iterator[Import]:
        base = _absolute(module, node)
        for alias in node.names if _is_ours(base) else []:
            whole = f"{base}.{alias.name}"
            target, name = (whole, "") if whole in self.names else (base, alias.name)
            yield Import(target, name, node.lineno, function)


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in rules.FLOORS


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    is_package = module.path.endswith("__init__.py")
    kept = parts[: len(parts) - node.level + is_package]
    return ".".join([*kept, node.module] if node.module else kept)

"""How big a thing may grow, and that every signature says its types."""

import ast
import statistics
from collections.abc import Iterator

from tests.architecture import rules
from tests.architecture.house import Breach, Function, House, Module

BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.comprehension, ast.match_case)


def functions(house: House) -> Iterator[Breach]:
    """Short functions: each under the hard stop, half of them tiny."""
    measured = [(module, function) for module in house.modules for function in module.functions]
    for module, function in measured:
        if (lines := _length(function)) > rules.FUNCTION_LINES:
            yield _function(module, function, "budget", f"{lines} lines, {rules.FUNCTION_LINES} at most")
        if (branches := complexity(function)) > rules.FUNCTION_COMPLEXITY:
            yield _function(module, function, "budget", f"complexity {branches}, {rules.FUNCTION_COMPLEXITY} at most")
    lengths = [_length(function) for _, function in measured]
    if len(lengths) > 1:
        yield from _spread(lengths)


def files(house: House) -> Iterator[Breach]:
    """Short files. Past its budget models.py becomes a folder, one file an aggregate."""
    for module in house.modules:
        yield from _too_long(module.path, module.source, rules.PYTHON_FILE_LINES)
    for path in house.files("templates", ".html"):
        yield from _too_long(house.relative(path), path.read_text(), rules.TEMPLATE_LINES)
    for suffix in (".js", ".mjs"):
        for path in house.files("static", suffix):
            name = house.relative(path)
            yield from _too_long(
                name, path.read_text(), rules.LOADER_LINES if name == rules.LOADER else rules.SCRIPT_LINES
            )


def typed(house: House) -> Iterator[Breach]:
    """Every argument and every return says its type."""
    for module in house.modules:
        for function in module.functions:
            missing = [argument.arg for argument in _arguments(function) if argument.annotation is None]
            untyped = [name for name in missing if name not in {"self", "cls"}]
            untyped += [] if function.returns else ["its return"]
            if untyped:
                yield _function(module, function, "typed", f"no type for {', '.join(untyped)}")


def ratio(house: House) -> Iterator[Breach]:
    """Tests neither starve nor swamp the product."""
    low, high = rules.TEST_RATIO_LIMITS
    if (found := ratio_of_tests(house)) and not low <= found <= high:
        yield Breach("tests", 1, "ratio", f"{found:.2f} lines of tests a line of product, {low} to {high} allowed")


def ratio_of_tests(house: House) -> float:
    """Lines of tests for each line of the product's Python; 0 where there are no tests."""
    product = sum(_filled(module.source) for module in house.modules)
    tests = sum(_filled(path.read_text()) for path in house.files("tests", ".py"))
    return tests / product if product else 0.0


def figures(house: House) -> str:
    """One line on how big the house is."""
    lengths = sorted(_length(function) for module in house.modules for function in module.functions)
    median, p90 = statistics.median(lengths), lengths[int(len(lengths) * 0.9)]
    return (
        f"{len(house.modules)} modules, {len(lengths)} functions "
        f"(lines: median {median:g}, one in ten over {p90}, longest {lengths[-1]}), "
        f"{ratio_of_tests(house):.2f} lines of tests a line of product"
    )


def complexity(function: Function) -> int:
    """McCabe's number: the ways through a function, those of functions inside it counted on their own."""
    found, waiting = 1, list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        found += isinstance(node, BRANCHES)
        waiting += ast.iter_child_nodes(node)
    return found


def _spread(lengths: list[int]) -> Iterator[Breach]:
    ordered = sorted(lengths)
    median, p90 = statistics.median(ordered), ordered[int(len(ordered) * 0.9)]
    if median > rules.FUNCTION_MEDIAN:
        yield Breach(".", 1, "budget", f"median function of {median:g} lines, {rules.FUNCTION_MEDIAN} at most")
    if p90 > rules.FUNCTION_P90:
        yield Breach(".", 1, "budget", f"one function in ten has over {p90} lines, {rules.FUNCTION_P90} at most")


def _too_long(path: str, source: str, limit: int) -> Iterator[Breach]:
    if (lines := len(source.splitlines())) > limit:
        yield Breach(path, limit + 1, "budget", f"{lines} lines, {limit} at most")


def _length(function: Function) -> int:
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is None:
        return lines
    first = function.body[0]
    return lines - ((first.end_lineno or first.lineno) - first.lineno + 1)


def _arguments(function: Function) -> list[ast.arg]:
    given = function.args
    starred = [argument for argument in (given.vararg, given.kwarg) if argument]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *starred]


def _function(module: Module, function: Function, rule: str, text: str) -> Breach:
    return Breach(module.path, function.lineno, rule, f"{function.name}: {text}")


def _filled(source: str) -> int:
    return sum(1 for line in source.splitlines() if line.strip())

"""`python -m tests.architecture` prints every breach of the house's rules, then its figures."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.architecture import check_budgets, check_files, check_imports, check_weights
from tests.architecture.house import Breach, House

ROOT = Path(__file__).resolve().parents[2]
Check = Callable[[House], Iterator[Breach]]
CHECKS: tuple[Check, ...] = (
    check_imports.floors,
    check_imports.plain,
    check_imports.layers,
    check_imports.public,
    check_imports.private,
    check_imports.late,
    check_imports.cycles,
    check_files.names,
    check_files.templates,
    check_budgets.functions,
    check_budgets.files,
    check_budgets.typed,
    check_budgets.ratio,
    check_weights.weights,
)


def breaches(root: Path) -> list[Breach]:
    """Every broken rule of the project under `root`."""
    house = House(root)
    return sorted(breach for check in CHECKS for breach in check(house))


def main() -> int:
    """Print and give the exit status."""
    found = breaches(ROOT)
    for breach in found:
        print(breach)  # noqa: T201 (a command line)
    print(check_budgets.figures(House(ROOT)))  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

"""The product keeps every rule of the house."""

import warnings

import pytest

from tests.architecture import check_budgets, rules
from tests.architecture.__main__ import CHECKS, ROOT, Check
from tests.architecture.house import House

HOUSE = House(ROOT)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_house_keeps_its_rule(check: Check) -> None:
    found = [str(breach) for breach in sorted(check(HOUSE))]
    assert not found, "\n".join(["", *found])


def test_the_lines_of_tests_are_told() -> None:
    low, high = rules.TEST_RATIO_AIM
    found = check_budgets.ratio_of_tests(HOUSE)
    if not low <= found <= high:
        warnings.warn(f"{found:.2f} lines of tests a line of product; the aim is {low} to {high}", stacklevel=1)

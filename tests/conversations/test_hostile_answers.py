"""What a model writes can neither break a page nor hold a worker up."""

import pytest

from conversations.engine import citations
from core import markdown


def test_digits_of_other_scripts_are_no_numerals() -> None:
    assert "m[²] [①]" in markdown.render("m[²] [①]", lambda number: f"/{number}/")


@pytest.mark.timeout(60)  # a search that goes back and forth over the blanks would take many minutes
@pytest.mark.parametrize("text", [" " * 200_000, "[1" + " " * 200_000, "[1, " * 50_000])
def test_endless_blanks_do_not_hold_the_worker_up(text: str) -> None:
    assert citations.resolve(text, [])[1] == []

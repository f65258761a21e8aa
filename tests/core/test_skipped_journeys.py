"""A journey that no browser could make is never silent."""

import pytest

pytest_plugins = ["pytester"]

JOURNEY = """
import pytest

@pytest.mark.journey
def test_a_person_asks():
    pytest.skip("no browser")
"""


def outcome(pytester: pytest.Pytester) -> pytest.RunResult:
    pytester.makepyfile(JOURNEY)
    pytester.makeini("[pytest]\nmarkers = journey: drives a real browser")
    return pytester.runpytest("-p", "tests.skipped_journeys", "-p", "no:django")


def test_the_closing_lines_say_so_loudly(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    result = outcome(pytester)
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["!*JOURNEYS SKIPPED*", "1 JOURNEYS SKIPPED: no Chromium*"])


def test_where_ci_is_set_it_is_a_failure(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    result = outcome(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*CI counts as a failure*"])

"""A pytest plug-in: journeys that were skipped are told loudly, and where CI is set they count as failures."""

import os
from collections.abc import Generator

import pytest

REASON = "a journey was skipped, which CI counts as a failure"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and item.get_closest_marker("journey"):
        if os.environ.get("CI"):
            report.outcome, report.longrepr = "failed", f"{REASON}: {report.longrepr}"
        else:
            item.config.stash.setdefault(SKIPPED, []).append(item.nodeid)
    return report


SKIPPED: pytest.StashKey[list[str]] = pytest.StashKey()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.config.stash.get(SKIPPED, [])
    if skipped:
        line = f"{len(skipped)} JOURNEYS SKIPPED: no Chromium or Chrome was found, so no page was tried in a browser."
        terminalreporter.section("JOURNEYS SKIPPED", sep="!", red=True, bold=True)
        terminalreporter.line(line, red=True, bold=True)
        terminalreporter.line("Set CHROMIUM to the path of one, or install it, and run again.", red=True, bold=True)

"""A browser counts when it starts, wherever it lies."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.embedded import browser


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A machine without any browser, whose folder of Playwright's browsers is `tmp_path`."""
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    browser.find.cache_clear()
    yield tmp_path
    browser.find.cache_clear()


def put(path: Path, status: int) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {status}\n")
    path.chmod(0o755)
    return str(path)


def test_nothing_is_found_on_a_machine_without_browser(nowhere: Path) -> None:
    assert browser.find() is None


def test_the_named_browser_comes_first(nowhere: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(nowhere / "chromium-1/chrome-linux64/chrome", 0)
    named = put(tmp_path / "mine", 0)
    monkeypatch.setenv("CHROMIUM", named)
    assert browser.find() == named


def test_the_newest_of_playwrights_is_taken(nowhere: Path) -> None:
    put(nowhere / "chromium-1100/chrome-linux/chrome", 0)
    newest = put(nowhere / "chromium-1200/chrome-linux64/chrome", 0)
    assert browser.find() == newest


def test_a_browser_that_does_not_start_is_passed_over(nowhere: Path) -> None:
    put(nowhere / "chromium-1200/chrome-linux64/chrome", 127)
    shell = put(nowhere / "chromium_headless_shell-1200/chrome-headless-shell-linux64/chrome-headless-shell", 0)
    assert browser.find() == shell

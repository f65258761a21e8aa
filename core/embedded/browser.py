"""A Chromium for the journeys: one that is there, else Playwright's own, else the distribution's package.

`python -m core.embedded.browser` gets one where it can, says in one line what it found, and never fails.
"""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPLICATIONS = ("Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium")
PLAYWRIGHT_BINARIES = (
    "chromium-*/chrome-linux*/chrome",
    "chromium_headless_shell-*/chrome*/*headless*shell",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)
DOWNLOAD_SECONDS = 120
PACKAGE_SECONDS = 300


@functools.cache
def find() -> str | None:
    """The path of a Chromium or Chrome that starts here: `CHROMIUM` first, then the system's, then Playwright's own."""
    return next((path for path in _candidates() if _starts(path)), None)


def ensure() -> str | None:
    """`find`, and where nothing is found try to install one."""
    for install in (None, _install_playwright, _install_package):
        if install:
            install()
            find.cache_clear()
        if found := find():
            return found
    return None


def _candidates() -> Iterator[str]:
    if named := os.environ.get("CHROMIUM"):
        yield named
    yield from filter(None, map(shutil.which, COMMANDS))
    yield from (str(path) for name in MAC_APPLICATIONS if (path := Path("/Applications", name)).exists())
    for pattern in PLAYWRIGHT_BINARIES:
        yield from (str(path) for path in sorted(_playwright_folder().glob(pattern), reverse=True))


def _playwright_folder() -> Path:
    if named := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        return Path(named)
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "ms-playwright"


def _starts(path: str) -> bool:
    """Whether it runs here: a downloaded browser may lack the libraries that it needs."""
    return _run([path, "--version"], seconds=20)


def _install_playwright() -> None:
    _run([sys.executable, "-m", "playwright", "install", "chromium"], seconds=DOWNLOAD_SECONDS)


def _install_package() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _run(["apt-get", "update", "-qq"], seconds=PACKAGE_SECONDS)
        _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], seconds=PACKAGE_SECONDS)


def _run(command: list[str], *, seconds: float) -> bool:
    """Run silently; true when it ended well in time."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        ended = subprocess.run(
            command, check=False, capture_output=True, stdin=subprocess.DEVNULL, timeout=seconds, env=environment
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0


def main() -> None:
    """Say what the journeys will run in."""
    if found := ensure():
        line = f"Browser for the journeys: {found}"
    else:
        line = "No Chromium or Chrome to be had: the journeys will be skipped. Set CHROMIUM to the path of one."
    print(line, flush=True)  # noqa: T201 (this module is a command line)


if __name__ == "__main__":
    main()

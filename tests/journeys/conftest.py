"""A real browser on the whole product. Without any browser the journeys skip, and tests/conftest.py says so loudly."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from core.embedded import browser as browsers
from core.embedded.redis import free_port
from tests.stack import Stack, wait_for

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = browsers.find()
    if not path:
        pytest.skip("no Chromium or Chrome was found")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_context(chromium: Browser, stack: Stack) -> Iterator[Callable[..., BrowserContext]]:
    """A fresh browser profile on the product; several are several devices."""
    contexts: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        options = {"locale": "en-GB", "viewport": {"width": 1440, "height": 900}, **options}
        context = chromium.new_context(base_url=stack.url, **options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page that must not log an error: a broken script or a refused policy fails the journey."""
    page = new_context().new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    return page


@pytest.fixture(scope="session")
def offline_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The offline model server, with the real embedding model."""
    port, log = free_port(), tmp_path_factory.mktemp("offline") / "offline.log"
    data = Path(os.environ["VITRINE_DATA"])
    command = [sys.executable, "-m", "backends.offline", "--port", str(port), "--data", str(data)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    url = f"http://127.0.0.1:{port}"
    wait_for(lambda: urllib.request.urlopen(f"{url}/livez", timeout=2).status == 200, seconds=120)
    yield f"{url}/v1"
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture
def offline_models(stack: Stack, offline_url: str) -> None:
    """The offline model answers and embeds, as at a newcomer's."""
    from assistants.models import Offer

    Offer.objects.filter(kind="chat").update(name="vitrine-offline", base_url=offline_url, is_offline=True)
    Offer.objects.filter(kind="embedding").update(base_url=offline_url)

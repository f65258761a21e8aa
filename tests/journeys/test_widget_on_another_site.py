"""A plain page on another port shows the widget and is answered."""

import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.journeys.made import live_assistant
from tests.stack import Stack
from widget import services

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]
HOST_PAGE = """<!doctype html><html lang="en"><head><title>A shop</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src {site}; frame-src {site}">
</head><body><h1>A shop</h1><script src="{site}/embed/v1.js" data-embed="{embed}" async></script></body></html>"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def other_site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Another origin: its address and its folder."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", tmp_path
    server.shutdown()


def put_widget(site: str, folder: Path, stack: Stack, creator: User, origins: str) -> None:
    embed = services.create_embed(assistant=live_assistant(creator), origins=origins)
    (folder / "index.html").write_text(HOST_PAGE.format(site=stack.url, embed=embed.pk))


def test_a_visitor_of_another_site_is_answered(
    page: Page, stack: Stack, creator: User, other_site: tuple[str, Path]
) -> None:
    site, folder = other_site
    put_widget(site, folder, stack, creator, site)
    page.goto(site)
    page.get_by_role("button", name="Ask the assistant").click()
    frame = page.frame_locator("iframe")
    composer = frame.get_by_role("textbox")
    composer.fill("Are you open?")
    composer.press("Enter")
    expect(frame.get_by_text("Scripted answer to: Are you open?")).to_be_visible(timeout=30_000)
    page.reload()
    page.get_by_role("button", name="Ask the assistant").click()
    expect(page.frame_locator("iframe").get_by_text("Scripted answer to: Are you open?")).to_be_visible()


def test_a_site_that_is_not_listed_gets_nothing(
    page: Page, stack: Stack, creator: User, other_site: tuple[str, Path]
) -> None:
    site, folder = other_site
    put_widget(site, folder, stack, creator, "https://www.example.org")
    page.goto(site)
    page.get_by_role("button", name="Ask the assistant").click()
    page.wait_for_timeout(1000)
    assert not any("/embed/emb_" in frame.url for frame in page.frames)

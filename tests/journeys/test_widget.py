"""The widget on a website of another origin, under a content policy as strict as a website's can be."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from accounts.models import User
from tests.conversations.made import live_assistant
from tests.stack import Stack
from widget import services
from widget.models import Embed

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

PAGE = (
    '<!doctype html><html lang="en"><title>A shop</title><h1>Returns</h1><a href="#x">Somewhere</a>'
    '<script src="{src}/embed/v1.js" data-embed="{embed}" async></script></html>'
)
POLICY = (
    "default-src 'none'; script-src {src}; frame-src {src}; style-src 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)


class Website(ThreadingHTTPServer):
    """One page, the same at every path."""

    body = b""
    policy = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Website

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", self.server.policy)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture
def website() -> Iterator[Website]:
    server = Website(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture
def embed(stack: Stack, website: Website, creator: User) -> Embed:
    """Pasted into the website, which is allowed to show it."""
    assistant = live_assistant(creator, opening="Ask me about returns.")
    found = services.create_embed(assistant=assistant, origins=website.url)
    website.body = PAGE.format(src=stack.url, embed=found.pk).encode()
    website.policy = POLICY.format(src=stack.url)
    return found


def opened(page: Page) -> FrameLocator:
    page.get_by_role("button", name="Ask the assistant").click()
    return page.frame_locator("[data-vitrine] iframe")


def ask(frame: FrameLocator, text: str) -> None:
    frame.get_by_role("textbox").fill(text)
    frame.get_by_role("textbox").press("Enter")


@pytest.mark.usefixtures("embed")
def test_a_visitor_asks_on_another_website(page: Page, website: Website, stack: Stack) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(website.url)
    expect(page.get_by_role("button", name="Ask the assistant")).to_be_visible()
    assert [url for url in asked if url.startswith(stack.url)] == [f"{stack.url}/embed/v1.js"]
    assert page.evaluate("Object.keys(window).filter((key) => /vitrine|embed/i.test(key))") == []
    frame = opened(page)
    expect(frame.get_by_text("Assistant, not a person")).to_be_visible()
    expect(frame.get_by_role("textbox")).to_be_focused()
    ask(frame, "Hello from the shop")
    expect(frame.locator("[role=log]")).to_contain_text("Scripted answer to: Hello from the shop")
    assert page.context.cookies() == []


@pytest.mark.usefixtures("embed")
def test_a_reload_of_the_website_goes_on(page: Page, website: Website) -> None:
    page.goto(website.url)
    ask(opened(page), "[[tokens:100 rate:20]]")
    frame = page.frame_locator("[data-vitrine] iframe")
    expect(frame.locator("[data-live-slot]")).to_contain_text("word5")
    page.reload()
    frame = opened(page)
    expect(frame.locator("[role=log]")).to_contain_text("word100", timeout=30_000)
    ask(frame, "And now?")
    expect(frame.locator("[role=log]")).to_contain_text("Scripted answer to: And now?")
    expect(frame.locator("[role=log] [data-message]")).to_have_count(4)


@pytest.mark.usefixtures("embed")
def test_escape_closes_the_panel_and_gives_the_focus_back(page: Page, website: Website) -> None:
    page.goto(website.url)
    frame = opened(page)
    expect(frame.get_by_role("textbox")).to_be_focused()
    frame.get_by_role("textbox").press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Ask the assistant")).to_be_focused()


@pytest.mark.usefixtures("embed")
def test_the_tag_tells_what_happens_and_takes_orders(page: Page, website: Website) -> None:
    page.goto(website.url)
    expect(page.locator("[data-vitrine]")).to_be_attached()
    page.evaluate(
        """() => { window.told = []; const tag = document.querySelector("script[data-embed]");
        for (const name of ["vitrine:opened", "vitrine:closed"]) tag.addEventListener(name, () => told.push(name));
        for (const name of ["open", "close", "remove"]) tag.dispatchEvent(new Event(`vitrine:${name}`)); }"""
    )
    assert page.evaluate("told") == ["vitrine:opened", "vitrine:closed"]
    expect(page.locator("[data-vitrine]")).to_have_count(0)


def test_a_website_that_was_not_named_is_refused(page: Page, website: Website, embed: Embed) -> None:
    services.update_embed(embed=embed, origins="https://elsewhere.example.org", is_enabled=True)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(website.url)
    opened(page)
    page.wait_for_timeout(1500)
    assert any("frame-ancestors" in text for text in refused)
    assert len(page.frames) < 2 or not page.frames[1].url.startswith("http")

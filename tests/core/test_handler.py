"""How the web process answers: pages on a few threads, streams on the loop."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import httpx2
import pytest
from django.core import signing
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.templatetags.static import static
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from pytest_django.fixtures import Settings

from accounts.models import User
from config import urls
from conversations import sse
from conversations.models import Visitor
from conversations.people import COOKIE, Person
from core.handler import Handler
from tests.conversations.accidents import Follower
from tests.conversations.made import begun, live_assistant, until
from tests.stack import Stack

closed: list[str] = []


async def count() -> AsyncIterator[bytes]:
    try:
        for number in range(1000):
            yield b"%d " % number
            await asyncio.sleep(0.01)
    finally:
        closed.append("count")


async def break_off() -> AsyncIterator[bytes]:
    yield b"one "
    raise RuntimeError("broken in the middle")


@csrf_exempt
def echo(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(request.body)
    response.set_cookie("seen", "yes")
    return response


def boom(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the secret of the house")


urlpatterns = [
    *urls.urlpatterns,
    path("count/", lambda request: StreamingHttpResponse(count())),
    path("break/", lambda request: StreamingHttpResponse(break_off())),
    path("pieces/", lambda request: StreamingHttpResponse(iter([b"one ", b"two"]))),
    path("echo/", echo),
    path("boom/", boom),
]


@pytest.fixture(autouse=True)
def doors(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    closed.clear()


class Browser:
    """Speaks ASGI to a handler; leaves after so many body messages."""

    def __init__(self, url: str, *, body: list[bytes] | None = None, leave_after: int = 10_000, **headers: str) -> None:
        self.scope = {
            "type": "http",
            "method": "POST" if body else "GET",
            "path": url,
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in ({"host": "localhost"} | headers).items()],
        }
        self.body = body or [b""]
        self.leave_after = leave_after
        self.sent: list[dict[str, Any]] = []
        self.left = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        if self.body:
            return {"type": "http.request", "body": self.body.pop(0), "more_body": bool(self.body)}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)
        if len(self.sent) > self.leave_after:
            self.left.set()

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def text(self) -> str:
        return b"".join(message.get("body", b"") for message in self.sent[1:]).decode()

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode().lower(): value.decode() for name, value in self.sent[0]["headers"]}


async def visit(browser: Browser) -> Browser:
    await Handler()(browser.scope, browser.receive, browser.send)
    return browser


def run(make: Callable[[], Awaitable[Any]]) -> Any:
    async def inner() -> Any:
        return await make()

    return asyncio.run(inner())


def test_a_page_is_answered_whole() -> None:
    browser = run(lambda: visit(Browser("/livez")))
    assert (browser.status, json.loads(browser.text)) == (200, {"status": "ok"})
    assert len(browser.sent) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("url", "status"), [("/nothing/here/", 404), ("/boom/", 500)])
def test_an_error_is_a_page(url: str, status: int) -> None:
    browser = run(lambda: visit(Browser(url)))
    assert browser.status == status
    assert browser.headers["content-type"].startswith("text/html")
    assert "the secret of the house" not in browser.text


def test_a_body_in_pieces_and_cookies_pass_through() -> None:
    body = [b"a" * 1000, b"b" * 1000]
    browser = run(lambda: visit(Browser("/echo/", body=body, **{"content-type": "text/plain"})))
    assert browser.text == "a" * 1000 + "b" * 1000
    assert browser.headers["set-cookie"].startswith("seen=yes")


def test_a_body_past_the_limit_is_refused_before_it_is_read(settings: Settings) -> None:
    settings.MAX_REQUEST_BYTES = 1500
    browser = Browser("/echo/", body=[b"a" * 1000] * 50)
    run(lambda: visit(browser))
    assert browser.status == 413
    assert len(browser.body) == 48


def test_a_static_file_is_sent_whole() -> None:
    browser = run(lambda: visit(Browser(static("base.css"))))
    assert browser.status == 200
    assert "font" in browser.text
    assert "immutable" in browser.headers["cache-control"]


def test_a_synchronous_stream_is_joined() -> None:
    browser = run(lambda: visit(Browser("/pieces/")))
    assert (browser.text, len(browser.sent)) == ("one two", 2)


def test_a_stream_is_sent_as_it_comes_until_the_client_leaves() -> None:
    async def leave() -> Browser:
        browser = await visit(Browser("/count/", leave_after=5))
        await asyncio.sleep(0.05)
        return browser

    browser = run(leave)
    assert browser.text.startswith("0 1 2 3 ")
    assert len(browser.sent) < 20
    assert closed == ["count"]


def test_a_stream_that_breaks_is_not_hidden() -> None:
    browser = Browser("/break/")
    with pytest.raises(RuntimeError, match="broken in the middle"):
        run(lambda: visit(browser))
    assert browser.text == "one "
    assert browser.sent[-1]["more_body"] is True


def test_other_protocols_are_refused() -> None:
    with pytest.raises(ValueError, match="websocket"):
        run(lambda: Handler()({"type": "websocket"}, None, None))  # type: ignore[arg-type]


def test_a_client_that_leaves_a_run_is_forgotten(transactional_db: None, creator: User, offers: None) -> None:
    visitor = Visitor.objects.create()
    sent = begun(Person(visitor_id=visitor.pk), live_assistant(creator))

    async def leave() -> None:
        browser = Browser(f"/runs/{sent.run.pk}/events/", cookie=f"{COOKIE}={cookie_of(visitor)}")
        following = asyncio.create_task(visit(browser))
        while not sse.hub()._runs:
            await asyncio.sleep(0.01)
        assert browser.headers["content-type"] == "text/event-stream"
        browser.left.set()
        await following
        await asyncio.sleep(0.1)
        assert sse.hub()._runs == {}

    run(leave)


def cookie_of(visitor: Visitor) -> str:
    return signing.get_cookie_signer(salt=COOKIE + COOKIE).sign(visitor.pk)


@pytest.fixture
def narrow(transactional_db: None, stack_processes: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A web process with two database connections and four threads."""
    sizes = {"DATABASE_POOL": "2", "WEB_THREADS": "4"}
    stack = Stack(stack_processes.environment | sizes, tmp_path_factory.mktemp("narrow"))
    stack.start("web")
    stack.wait_until_healthy("database")
    yield stack
    stack.stop()


def test_thirty_open_streams_hold_neither_thread_nor_connection(narrow: Stack, creator: User, offers: None) -> None:
    assistant = live_assistant(creator)
    followers = []
    for _ in range(30):
        visitor = Visitor.objects.create()
        run_id = begun(Person(visitor_id=visitor.pk), assistant).run.pk
        followers.append(Follower(f"{narrow.url}/runs/{run_id}/events/", {COOKIE: cookie_of(visitor)}))
    until(lambda: all(follower.is_open for follower in followers), seconds=20)
    for _ in range(10):
        assert httpx2.get(f"{narrow.url}/c/new/{assistant.slug}/", timeout=5).status_code == 200

"""A guest's browser without pages, for the real processes: it talks, follows, hangs up and comes back."""

import contextlib
import threading
from dataclasses import dataclass, field
from typing import Any

import httpx2

from conversations.events import TERMINAL
from conversations.models import Conversation, Message, Run
from tests.conversations.made import Happened, read_frame, shown, until
from tests.stack import Stack


@dataclass
class Follower:
    """One connection that follows a run, read by a thread of its own."""

    url: str
    cookies: Any
    after: str = ""
    language: str = "en"
    post: dict[str, str] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    happened: list[Happened] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._leaving = self.is_open = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        headers = self.headers | {"Accept-Language": self.language, "Accept": "text/event-stream, application/json"}
        headers |= {"Last-Event-ID": self.after} if self.after else {}
        facts: Any = {"headers": headers, "cookies": self.cookies, "json": self.post, "timeout": 60}
        with (
            contextlib.suppress(httpx2.TransportError),  # the server went away; what was heard until then counts
            httpx2.stream("POST" if self.post else "GET", self.url, **facts) as response,
        ):
            self.is_open = response.status_code in (200, 201)
            lines: list[str] = []
            for line in response.iter_lines():
                if line:
                    lines.append(line)
                elif event := read_frame("\n".join(lines)):
                    self.happened.append(event)
                    lines = []
                if self._leaving:
                    return

    def leave(self) -> None:
        """Hang up."""
        self._leaving = True
        self._thread.join(timeout=5)

    def wait(self, seconds: float = 40) -> Happened:
        """Until the server ends the stream; the last event."""
        self._thread.join(timeout=seconds)
        assert not self._thread.is_alive(), f"no end within {seconds} s: {self.happened[-3:]}"
        return self.happened[-1]

    def wait_for_text(self, words: int = 3) -> None:
        until(lambda: len(self.text.split()) >= words, seconds=30)

    @property
    def names(self) -> list[str]:
        return [event.name for event in self.happened]

    @property
    def ids(self) -> list[str]:
        return [event.id for event in self.happened]

    @property
    def text(self) -> str:
        """What the page shows."""
        return shown(list(self.happened))


class Room:
    """A guest with one conversation."""

    def __init__(self, stack: Stack, slug: str) -> None:
        self.browser = httpx2.Client(base_url=stack.url, headers={"Accept": "application/json"}, timeout=30)
        page = self.browser.get(f"/c/new/{slug}/", headers={"Accept": "text/html"})
        assert page.status_code == 200, page.text[:300]
        self.browser.headers["X-CSRFToken"] = self.browser.cookies["csrftoken"]
        self._send = f"/c/start/{slug}/"

    def say(self, text: str) -> dict[str, str]:
        """Send a message; the reply with the addresses of its run."""
        reply = self._post(self._send, {"text": text})
        self._send = reply.get("send", self._send)
        return reply

    def follow(self, reply: dict[str, str], after: str = "", language: str = "en") -> Follower:
        url = str(self.browser.base_url.join(reply["events"]))
        return Follower(url, dict(self.browser.cookies), after, language)

    def talk(self, text: str) -> Follower:
        """Send a message and stay for its answer, as the page does."""
        url = str(self.browser.base_url.join(self._send))
        token = {"X-CSRFToken": self.browser.headers["X-CSRFToken"]}
        return Follower(url, dict(self.browser.cookies), post={"text": text}, headers=token)

    def stop(self, reply: dict[str, str]) -> None:
        self._post(reply["stop"])

    def retry(self, reply: dict[str, str]) -> dict[str, str]:
        return self._post(reply["retry"])

    def read(self, reply: dict[str, str]) -> str:
        """The chat page."""
        return self.browser.get(reply["url"], headers={"Accept": "text/html"}).text

    def _post(self, url: str, body: dict[str, str] | None = None) -> dict[str, str]:
        answer = self.browser.post(url, json=body or {})
        assert answer.status_code in (200, 201), answer.text[:500]
        found: dict[str, str] = answer.json()
        return found


def assert_well_ended(reply: dict[str, str], state: str, *followers: Follower) -> Message:
    """No stuck run, one answer, one end for everybody, nothing typed lost; gives the answer."""
    run = Run.objects.select_related("answer").get(pk=reply["run"])
    assert run.state == state
    assert not Run.objects.live().exists()
    conversation = Conversation.objects.get()
    assert conversation.messages.filter(role="person").exclude(text="").count() == conversation.messages.count() / 2
    for follower in followers:
        assert [name for name in follower.names if name in TERMINAL] == [follower.names[-1]]
        assert follower.text == run.answer.text
        ids = [each for each in follower.ids if each]
        assert len(set(ids)) == len(ids)
    return run.answer

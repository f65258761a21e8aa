import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from assistants import offers as offered
from assistants.models import Assistant
from tests.conversations.made import live_assistant
from tests.scripted import ScriptedServer
from widget import services
from widget.models import Embed

ORIGIN = "https://www.example.org"


@pytest.fixture(autouse=True)
def fresh_provider(scripted: ScriptedServer) -> None:
    scripted.reset()
    offered.forget()


@pytest.fixture
def assistant(creator: User, offers: None) -> Assistant:
    return live_assistant(creator)


@pytest.fixture
def embed(assistant: Assistant) -> Embed:
    """Permission for one website."""
    return services.create_embed(assistant=assistant, origins=ORIGIN)


@dataclass
class Visiting:
    """A frame on a website: no cookies, the token of its page in a header."""

    embed: Embed
    token: str
    browser: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def get(self, path: str) -> Any:
        return self.browser.get(self._url(path), headers=self._headers)

    def post(self, path: str, **body: str) -> Any:
        headers = self._headers | {"accept": "application/json"}
        return self.browser.post(self._url(path), body, content_type="application/json", headers=headers)

    def say(self, text: str = "Hello") -> dict[str, str]:
        """Begin a conversation; the reply."""
        reply = self.post("conversations/", text=text)
        assert reply.status_code == 201, reply.text
        found: dict[str, str] = reply.json()
        return found

    def _url(self, path: str) -> str:
        return path if path.startswith("/") else f"/embed/{self.embed.pk}/{path}"

    @property
    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Visitor {self.token}"} if self.token else {}


def opened(embed: Embed) -> Visiting:
    """The frame as a browser loads it, with the token that its page holds."""
    page = Client().get(f"/embed/{embed.pk}/")
    found = re.search(r'data-token="([^"]+)"', page.text)
    assert found
    return Visiting(embed, found[1])


@pytest.fixture
def visitor(embed: Embed) -> Visiting:
    return opened(embed)

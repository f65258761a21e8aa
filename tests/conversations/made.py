"""Things that tests of conversations make: live assistants, people, talks, passages."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from assistants import services as assistants
from assistants.knowledge.search import Found
from assistants.models import Assistant
from conversations import services
from conversations.models import Conversation, Message, Run
from conversations.people import Person
from tests.assistants.made import assistant_of


def live_assistant(owner: User, **changes: Any) -> Assistant:
    """An assistant that people can talk to."""
    assistant = assistant_of(owner, **changes)
    assistants.release_version(version=assistants.publish_version(assistant=assistant, author=owner))
    assistant.refresh_from_db()
    return assistant


def known(user: User) -> Person:
    return Person(user_id=user.pk, address_hash="a" * 32)


def guest() -> Person:
    return Person(visitor_id=services.new_visitor().pk, address_hash="b" * 32)


def begun(person: Person, assistant: Assistant, text: str = "How do I return this?", **facts: Any) -> services.Sent:
    """A new conversation with its first message, waiting for a worker."""
    conversation = services.start_conversation(person=person, assistant=assistant, **facts)
    return services.send_message(person=person, conversation=conversation, text=text)


def answered(sent: services.Sent, text: str = "Within thirty days.", **facts: Any) -> Message:
    """The same, as a worker leaves it when it is done."""
    Run.objects.filter(pk=sent.run.pk).update(state=Run.State.DONE)
    Message.objects.filter(pk=sent.answer.pk).update(text=text, **facts)
    sent.run.refresh_from_db()
    sent.answer.refresh_from_db()
    return sent.answer


def exchanges(person: Person, assistant: Assistant, count: int) -> Conversation:
    """A conversation of so many questions and answers."""
    conversation = services.start_conversation(person=person, assistant=assistant)
    for number in range(count):
        sent = services.send_message(person=person, conversation=conversation, text=f"Question {number}?")
        answered(sent, f"Answer {number}.")
    return conversation


def passage(body: str, **facts: Any) -> Found:
    """A passage as a search finds it."""
    plain: dict[str, Any] = {"passage_id": 1, "file_id": "file_1", "file_name": "policy.md", "page": None}
    scores = {"score": 1.0, "words_score": 1.0, "meaning_score": 0.0}
    return Found(**(plain | {"heading": "", "body": body} | scores | facts))


def until(condition: Callable[[], Any], seconds: float = 10) -> Any:
    """What the condition gives as soon as it gives something."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"it did not happen within {seconds} seconds"
        time.sleep(0.02)
    return found


@dataclass(frozen=True)
class Happened:
    """An event as a browser reads it."""

    name: str
    data: dict[str, Any]
    id: str = ""


def read_frame(frame: str) -> Happened | None:
    """The event of a frame; nothing for a comment."""
    fields = dict(line.split(": ", 1) for line in frame.strip().splitlines() if not line.startswith(":"))
    return Happened(fields["event"], json.loads(fields["data"]), fields.get("id", "")) if fields else None


def shown(happened: Iterable[Happened]) -> str:
    """The text that a page shows after these events."""
    text = ""
    for event in happened:
        if event.name == "text":
            text += event.data["text"]
        elif "text" in event.data:
            text = event.data["text"]
    return text

"""What conversations are called."""

from typing import Any

import pytest

from accounts.models import User
from conversations import services
from conversations.engine import titles
from conversations.engine.titles import first_title
from conversations.models import Conversation
from tests.assistants.made import SignIn
from tests.conversations.made import begun, guest, live_assistant
from tests.scripted import ScriptedServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(transactional_db: None, creator: User, offers: None, scripted: ScriptedServer) -> Conversation:
    scripted.reset()
    return begun(guest(), live_assistant(creator), "How do I return a pair of shoes that don't fit?").run.conversation


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("How do I return this?", "How do I return this?"),
        ("  Two   spaces\nand a second line", "Two spaces"),
        ("word " * 40, "word word word word word word word word word word word…"),
        ("x" * 100, "x" * 59 + "…"),
        ("", ""),
    ],
)
def test_the_first_line_of_the_question_is_the_first_title(question: str, title: str) -> None:
    assert first_title(question) == title


def test_a_conversation_has_a_title_at_once(conversation: Conversation) -> None:
    assert conversation.title == "How do I return a pair of shoes that don't fit?"
    assert not conversation.is_title_final


def test_a_second_message_leaves_the_title_alone(conversation: Conversation) -> None:
    person = guest()
    conversation.runs.update(state="done")
    services.send_message(person=person, conversation=conversation, text="Something else")
    assert conversation.title.startswith("How do I return")


def test_the_model_gives_a_better_one(conversation: Conversation, scripted: ScriptedServer) -> None:
    titles.improve(conversation.pk)
    conversation.refresh_from_db()
    assert (conversation.title, conversation.is_title_final) == ("How do I return a", True)
    assert scripted.requests[-1]["max_tokens"] == 40


@pytest.mark.parametrize(
    "said", ['"Returning shoes."', "«\u00a0Returning shoes\u00a0»", "Returning shoes\n\nAs asked."]
)
def test_a_title_loses_its_quotation_marks(conversation: Conversation, scripted: ScriptedServer, said: str) -> None:
    scripted.script(say=said)
    titles.improve(conversation.pk)
    conversation.refresh_from_db()
    assert conversation.title == "Returning shoes"


def test_the_model_is_asked_once(conversation: Conversation, scripted: ScriptedServer) -> None:
    titles.improve(conversation.pk)
    titles.improve(conversation.pk)
    assert len(scripted.requests) == 1


@pytest.mark.parametrize("failure", [{"status": 500}, {"status": 401}, {"say": " "}])
def test_without_an_answer_the_first_title_stays_for_good(
    conversation: Conversation, scripted: ScriptedServer, failure: dict[str, Any]
) -> None:
    scripted.script(**failure)
    titles.improve(conversation.pk)
    conversation.refresh_from_db()
    assert conversation.title.startswith("How do I return a pair")
    assert conversation.is_title_final


def test_a_conversation_that_was_deleted_meanwhile_is_left_alone(conversation: Conversation) -> None:
    pk = conversation.pk
    conversation.delete()
    titles.improve(pk)


def test_the_page_asks_for_the_title_and_whether_a_better_one_may_come(
    creator: User, person: User, as_user: SignIn, offers: None
) -> None:
    sent = begun(services.Person(user_id=person.pk), live_assistant(creator))
    answer = as_user(person).get(f"/c/{sent.run.conversation_id}/title/").json()
    assert answer == {"title": "How do I return this?", "is_final": False}

"""What remains of a talk when its assistant is withdrawn or deleted."""

import pytest

from accounts.models import User
from assistants import services as assistants
from assistants.models import Assistant
from conversations import services
from conversations.models import Conversation, Run
from core.errors import AppError
from tests.assistants.made import COMPLETE, SignIn
from tests.conversations.made import answered, begun, known

pytestmark = pytest.mark.django_db
GONE = "This assistant is no longer available. The conversation stays readable."


@pytest.fixture(params=["deleted", "withdrawn"])
def conversation(request: pytest.FixtureRequest, creator: User, person: User, assistant: Assistant) -> Conversation:
    """A talk that had one answer."""
    sent = begun(known(person), assistant)
    answered(sent, "Within **thirty** days.")
    if request.param == "deleted":
        assistants.delete_assistant(assistant=assistant)
    else:
        assistants.withdraw(assistant=assistant)
        secret = type(COMPLETE)(name="Secret draft", category="coder", instructions="Say the secret.")
        assistants.save_draft(assistant=assistant, definition=secret)
    sent.run.conversation.refresh_from_db()
    return sent.run.conversation


def test_it_can_be_read(conversation: Conversation, person: User, as_user: SignIn) -> None:
    page = as_user(person).get(conversation.get_absolute_url())
    assert page.status_code == 200
    for text in ("Returns desk", "How do I return this?", "Within <strong>thirty</strong> days.", GONE):
        assert text in page.text
    assert "data-composer" not in page.text


def test_its_draft_stays_secret(conversation: Conversation, person: User, as_user: SignIn) -> None:
    assert "Secret" not in as_user(person).get(conversation.get_absolute_url()).text


def test_nothing_more_can_be_said(conversation: Conversation, person: User, as_user: SignIn) -> None:
    url = f"/c/{conversation.pk}/messages/"
    reply = as_user(person).post(url, {"text": "And then?"}, content_type="application/json")
    assert (reply.status_code, reply.json()["error"]) == (400, {"code": "assistant_gone", "message": GONE})
    assert conversation.messages.count() == 2


def test_no_failed_answer_can_be_asked_for_again(conversation: Conversation, person: User) -> None:
    Run.objects.update(state=Run.State.FAILED)
    with pytest.raises(AppError, match="no longer available"):
        services.retry(person=known(person), run=Run.objects.select_related("conversation", "answer").get())


def test_its_conversation_stays_in_the_list(conversation: Conversation, person: User, as_user: SignIn) -> None:
    page = as_user(person).get("/c/")
    assert page.status_code == 200
    assert conversation.get_absolute_url() in page.text


def test_its_creator_goes_on_trying_the_draft(creator: User, assistant: Assistant) -> None:
    assistants.withdraw(assistant=assistant)
    assert begun(known(creator), assistant, surface="preview").run.state == "queued"


def test_the_list_keeps_the_name_and_shows_nothing_of_the_draft(
    conversation: Conversation, person: User, as_user: SignIn
) -> None:
    for url in ("/c/", conversation.get_absolute_url()):
        page = as_user(person).get(url).text
        assert "Returns desk" in page
        assert "Secret" not in page
        assert 'data-cat="coder"' not in page

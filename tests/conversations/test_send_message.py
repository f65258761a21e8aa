"""What happens when somebody says something."""

import json
import threading

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import translation
from django.utils.translation import gettext
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from accounts.models import User
from assistants.models import Assistant
from conversations import services
from conversations.models import Conversation, Message, Run
from core import redis
from core.errors import AppError, Conflict
from tests.assistants.made import SignIn, assistant_of
from tests.conversations.made import answered, begun, known

pytestmark = pytest.mark.django_db


def test_a_message_brings_an_empty_answer_and_a_queued_run(person: User, assistant: Assistant) -> None:
    sent = begun(known(person), assistant, "  How do I return this?\r\n")
    rows = list(sent.run.conversation.messages.values_list("position", "role", "text"))
    assert rows == [(0, "person", "How do I return this?"), (1, "assistant", "")]
    run = Run.objects.get()
    assert (run.state, run.attempt, run.answer_id, run.user_id) == ("queued", 0, sent.answer.pk, person.pk)


def test_an_answer_remembers_which_version_gives_it(person: User, assistant: Assistant) -> None:
    assert begun(known(person), assistant).answer.version == assistant.live_version


def test_the_run_is_handed_to_the_workers_after_commit(
    person: User, assistant: Assistant, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    queue = redis.client()
    queue.delete("celery")
    with django_capture_on_commit_callbacks(execute=True):
        sent = begun(known(person), assistant)
        assert queue.llen("celery") == 0
    task = json.loads(queue.lpop("celery"))
    assert task["headers"]["task"] == "conversations.tasks.execute_run"
    assert sent.run.pk in task["headers"]["argsrepr"]


def test_a_message_is_kept_while_redis_is_away(
    person: User,
    assistant: Assistant,
    unreachable_broker: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        sent = begun(known(person), assistant)
    assert Run.objects.get(pk=sent.run.pk).state == "queued"


@pytest.mark.parametrize("text", ["", "   \n\t ", "\x00"])
def test_an_empty_message_is_refused(person: User, assistant: Assistant, text: str) -> None:
    with pytest.raises(AppError) as refusal:
        begun(known(person), assistant, text)
    assert (refusal.value.code, refusal.value.field) == ("empty", "text")


def test_a_message_too_long_is_refused_with_both_numbers(
    person: User, assistant: Assistant, settings: Settings
) -> None:
    settings.MESSAGE_MAX_CHARS = 100
    with pytest.raises(AppError, match=r"A message may have 100 characters; this one has 101\."):
        begun(known(person), assistant, "x" * 101)
    assert begun(known(person), assistant, " " + "x" * 100).message.text == "x" * 100


def test_what_a_database_can_not_keep_is_left_out(person: User, assistant: Assistant) -> None:
    assert begun(known(person), assistant, "One\x00two").message.text == "Onetwo"


def test_one_answer_at_a_time(person: User, assistant: Assistant) -> None:
    sent = begun(known(person), assistant)
    with pytest.raises(Conflict, match="still being written"):
        services.send_message(person=known(person), conversation=sent.run.conversation, text="And then?")
    assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_messages_that_come_at_the_same_time_one_is_taken(person: User, assistant: Assistant) -> None:
    conversation = services.start_conversation(person=known(person), assistant=assistant)
    outcomes: list[str] = []
    ready = threading.Barrier(4)

    def send() -> None:
        ready.wait()
        try:
            services.send_message(person=known(person), conversation=conversation, text="Hello")
            outcomes.append("taken")
        except Conflict:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 3 + ["taken"]
    assert (Message.objects.count(), Run.objects.count()) == (2, 1)


def test_the_database_itself_holds_one_live_run_a_conversation(person: User, assistant: Assistant) -> None:
    sent = begun(known(person), assistant)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(conversation=sent.run.conversation, answer=sent.answer)


def test_messages_are_numbered_and_bring_the_conversation_to_the_top(person: User, assistant: Assistant) -> None:
    sent = begun(known(person), assistant)
    answered(sent)
    before = Conversation.objects.get().updated_at
    services.send_message(person=known(person), conversation=sent.run.conversation, text="And then?")
    assert list(Message.objects.order_by("position").values_list("position", flat=True)) == [0, 1, 2, 3]
    assert Conversation.objects.get().updated_at > before


def test_the_reply_says_where_the_answer_can_be_followed(person: User, assistant: Assistant, as_user: SignIn) -> None:
    browser = as_user(person)
    reply = browser.post(f"/c/start/{assistant.slug}/", {"text": "Hello"}, content_type="application/json")
    body = reply.json()
    assert reply.status_code == 201
    assert body["url"] == f"/c/{body['conversation']}/"
    assert body["events"] == f"/runs/{body['run']}/events/"
    assert (body["stop"], body["retry"]) == (f"/runs/{body['run']}/stop/", f"/runs/{body['run']}/retry/")
    answered(services.Sent(*(model.objects.get(pk=body[name]) for model, name in KEPT)))
    again = browser.post(body["send"], {"text": "And then?"}, content_type="application/json")
    assert set(again.json()) == {"message", "answer", "run", "events", "stop", "retry"}


KEPT = ((Message, "message"), (Message, "answer"), (Run, "run"))


def test_without_script_the_form_leads_to_the_conversation(person: User, assistant: Assistant, as_user: SignIn) -> None:
    browser = as_user(person)
    page = browser.post(f"/c/start/{assistant.slug}/", {"text": "Hello"}, follow=True)
    conversation = Conversation.objects.get()
    assert page.redirect_chain == [(conversation.get_absolute_url(), 302)]
    assert "Hello" in page.text
    Run.objects.update(state=Run.State.DONE)
    assert browser.post(f"/c/{conversation.pk}/messages/", {"text": "More"}).url == conversation.get_absolute_url()


def test_without_script_an_empty_form_leads_to_the_empty_page(
    person: User, assistant: Assistant, as_user: SignIn
) -> None:
    reply = as_user(person).post(f"/c/start/{assistant.slug}/", {"text": " "})
    assert reply.url == f"/c/new/{assistant.slug}/"
    assert not Conversation.objects.exists()


@pytest.mark.parametrize(("text", "code"), [("", "empty"), ("x" * 20_001, "too_long")])
def test_a_refusal_in_json_names_its_code_and_leaves_nothing_behind(
    person: User, assistant: Assistant, as_user: SignIn, text: str, code: str
) -> None:
    reply = as_user(person).post(f"/c/start/{assistant.slug}/", {"text": text}, content_type="application/json")
    assert reply.status_code == 400
    assert reply.json()["error"]["code"] == code
    assert not Conversation.objects.exists()


def test_a_second_message_meanwhile_is_a_conflict(person: User, assistant: Assistant, as_user: SignIn) -> None:
    sent = begun(known(person), assistant)
    url = f"/c/{sent.run.conversation_id}/messages/"
    reply = as_user(person).post(url, {"text": "And?"}, headers={"accept": "application/json"})
    assert reply.status_code == 409
    assert reply.json()["error"] == {
        "code": "conflict",
        "message": "The last answer is still being written. Wait for it, or stop it first.",
    }


def test_a_refusal_is_told_in_the_readers_language(person: User, assistant: Assistant, as_user: SignIn) -> None:
    person.language = "fr"
    person.save()
    reply = as_user(person).post(f"/c/start/{assistant.slug}/", {"text": ""}, content_type="application/json")
    with translation.override("fr"):
        assert reply.json()["error"]["message"] == gettext("Write something first.")


@pytest.mark.parametrize("body", [b" ", b"[]", b"{", b'"text"', b"null", b'{"text": null}', b'{"text": 5}'])
def test_json_that_holds_no_text_is_an_empty_message(
    person: User, assistant: Assistant, as_user: SignIn, body: bytes
) -> None:
    reply = as_user(person).post(f"/c/start/{assistant.slug}/", body, content_type="application/json")
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, "empty")


def test_an_assistant_that_is_not_live_can_not_be_talked_to(creator: User, person: User, as_user: SignIn) -> None:
    draft = assistant_of(creator)
    assert as_user(person).post(f"/c/start/{draft.slug}/", {"text": "Hello"}).status_code == 404
    assert as_user(person).get(f"/c/new/{draft.slug}/").status_code == 404

"""Stopping an answer, and asking for it again."""

import pytest

from accounts.models import User
from assistants.models import Assistant
from conversations import services
from conversations.models import Message, Run
from core.errors import Conflict
from tests.assistants.made import SignIn
from tests.conversations.made import answered, begun, known

pytestmark = pytest.mark.django_db


def ended(sent, state: str, text: str = "Half an ans") -> Run:
    Message.objects.filter(pk=sent.answer.pk).update(text=text, citations=[{"n": 1}])
    Run.objects.filter(pk=sent.run.pk).update(state=state, error_code="stream_cut")
    return Run.objects.select_related("conversation__assistant", "answer").get(pk=sent.run.pk)


def test_a_run_that_nobody_took_stops_at_once(person: User, assistant: Assistant) -> None:
    run = services.stop(run=begun(known(person), assistant).run)
    assert (run.state, run.is_live) == ("cancelled", False)
    assert Run.objects.get().finished_at is not None


def test_a_run_that_is_being_answered_is_asked_to_stop(person: User, assistant: Assistant) -> None:
    sent = begun(known(person), assistant)
    Run.objects.update(state=Run.State.RUNNING, attempt=1)
    run = services.stop(run=sent.run)
    assert (run.state, run.is_live) == ("running", True)
    assert run.stop_asked_at is not None


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_stopping_what_has_ended_changes_nothing(person: User, assistant: Assistant, state: str) -> None:
    run = services.stop(run=ended(begun(known(person), assistant), state))
    assert (run.state, run.stop_asked_at) == (state, None)


def test_stopping_over_the_web_tells_the_state(person: User, assistant: Assistant, as_user: SignIn) -> None:
    sent = begun(known(person), assistant)
    browser = as_user(person)
    url = f"/runs/{sent.run.pk}/stop/"
    assert browser.post(url, headers={"accept": "application/json"}).json() == {"state": "cancelled"}
    assert browser.post(url).url == f"/c/{sent.run.conversation_id}/"


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_asking_again_gives_the_same_answer_a_new_run(person: User, assistant: Assistant, state: str) -> None:
    sent = begun(known(person), assistant)
    again = services.retry(person=known(person), run=ended(sent, state))
    assert again.message == sent.message
    assert again.answer == sent.answer
    assert again.run.pk != sent.run.pk
    assert again.run.state == "queued"
    answer = Message.objects.get(pk=sent.answer.pk)
    assert (answer.text, answer.citations) == ("", [])


def test_asking_again_over_the_web_replies_like_sending(person: User, assistant: Assistant, as_user: SignIn) -> None:
    run = ended(begun(known(person), assistant), "failed")
    reply = as_user(person).post(f"/runs/{run.pk}/retry/", headers={"accept": "application/json"})
    assert reply.status_code == 201
    assert set(reply.json()) == {"message", "answer", "run", "events", "stop", "retry"}
    assert reply.json()["answer"] == run.answer_id


def test_an_answer_that_is_whole_is_not_asked_for_again(person: User, assistant: Assistant) -> None:
    sent = begun(known(person), assistant)
    answered(sent)
    with pytest.raises(Conflict, match="has its answer already"):
        services.retry(person=known(person), run=sent.run)


def test_a_live_run_is_not_asked_for_again(person: User, assistant: Assistant) -> None:
    with pytest.raises(Conflict, match="has its answer already"):
        services.retry(person=known(person), run=begun(known(person), assistant).run)


def test_an_old_tab_can_not_wipe_the_answer_that_came_meanwhile(person: User, assistant: Assistant) -> None:
    failed = ended(begun(known(person), assistant), "failed")
    answered(services.retry(person=known(person), run=failed), "The whole answer.")
    with pytest.raises(Conflict, match="has its answer already"):
        services.retry(person=known(person), run=failed)
    assert Message.objects.get(pk=failed.answer_id).text == "The whole answer."


def test_two_tabs_that_ask_again_make_one_run(person: User, assistant: Assistant) -> None:
    failed = ended(begun(known(person), assistant), "failed")
    services.retry(person=known(person), run=failed)
    with pytest.raises(Conflict, match="still being written"):
        services.retry(person=known(person), run=failed)
    assert Run.objects.live().count() == 1


def test_once_the_talk_has_gone_on_one_asks_below(person: User, assistant: Assistant) -> None:
    failed = ended(begun(known(person), assistant), "failed")
    services.send_message(person=known(person), conversation=failed.conversation, text="Well then")
    with pytest.raises(Conflict, match="has gone on"):
        services.retry(person=known(person), run=failed)


def test_the_page_offers_to_try_again(person: User, assistant: Assistant, as_user: SignIn) -> None:
    run = ended(begun(known(person), assistant), "failed")
    page = as_user(person).get(f"/c/{run.conversation_id}/")
    assert f'action="/runs/{run.pk}/retry/"' in page.text
    assert "broke off" in page.text
    assert "Half an ans" in page.text

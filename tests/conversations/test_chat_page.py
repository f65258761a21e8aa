"""The chat page as the server writes it: whole before any script arrives, and safe whatever an answer says."""

import re

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser, LexborNode

from accounts.models import User
from assistants.models import Assistant
from conversations.models import Conversation, Message, Run
from conversations.services import Sent
from tests.assistants.made import SignIn
from tests.conversations.made import answered, begun, known

pytestmark = pytest.mark.django_db

CITATION = {
    "n": 2,
    "passage": 0,
    "file": "file_1",
    "file_name": "policy.md",
    "page": 7,
    "heading": "Policy › Returns › Time limits",
    "quote": "Thirty days after delivery.",
}


def page_of(browser: Client, address: str) -> LexborHTMLParser:
    reply = browser.get(address)
    assert reply.status_code == 200
    return LexborHTMLParser(reply.text)


def log_of(page: LexborHTMLParser) -> LexborNode:
    return page.css_first("[role=log]")


@pytest.fixture
def browser(as_user: SignIn, person: User) -> Client:
    return as_user(person)


@pytest.fixture
def sent(person: User, assistant: Assistant) -> Sent:
    return begun(known(person), assistant)


@pytest.fixture
def conversation(sent: Sent) -> Conversation:
    return sent.run.conversation


def ended(sent: Sent, state: str, code: str = "") -> None:
    Run.objects.filter(pk=sent.run.pk).update(state=state, error_code=code)


def test_a_new_talk_offers_starters_that_work_without_scripts(browser: Client, assistant: Assistant) -> None:
    page = page_of(browser, f"/c/new/{assistant.slug}/")
    form = page.css_first("[data-intro] form")
    text = form.css_first("[name=text]").attributes["value"]
    assert text == assistant.definition.starters[0].text
    reply = browser.post(form.attributes["action"], {"text": text})
    assert reply.status_code == 302
    assert text in log_of(page_of(browser, reply["Location"])).text()


def test_an_answer_being_written_stays_outside_the_log(browser: Client, sent: Sent, conversation: Conversation) -> None:
    page = page_of(browser, conversation.get_absolute_url())
    assert [node.attributes["data-role"] for node in log_of(page).css("[data-message]")] == ["person"]
    live = page.css_first("[data-live-slot] [data-message]")
    assert live.attributes["data-events"] == f"/runs/{sent.run.pk}/events/"
    assert live.attributes["data-stop"] == f"/runs/{sent.run.pk}/stop/"


def test_a_finished_answer_stands_in_the_log_with_its_numerals(
    browser: Client, sent: Sent, conversation: Conversation
) -> None:
    answered(sent, "Within **thirty** days.[2] Not this.[3]", citations=[CITATION])
    log = log_of(page_of(browser, conversation.get_absolute_url()))
    assert [cite.attributes["href"] for cite in log.css("a.cite")] == [f"/messages/{sent.answer.pk}/sources/2/"]
    assert log.css_first("[data-prose] strong").text() == "thirty"
    assert "[3]" in log.text()


def test_what_a_person_writes_is_never_markup(browser: Client, person: User, assistant: Assistant) -> None:
    conversation = begun(known(person), assistant, "<img src=x onerror=alert(1)> **plain**").run.conversation
    said = log_of(page_of(browser, conversation.get_absolute_url())).css_first("[data-said]")
    assert said.text() == "<img src=x onerror=alert(1)> **plain**"


def test_no_page_asks_anything_of_another_site(browser: Client, sent: Sent, conversation: Conversation) -> None:
    answered(sent, "![x](https://evil.example/x.png) <img src=https://evil.example/y.png> [go](https://example.org)")
    page = page_of(browser, conversation.get_absolute_url())
    resources = [node.attributes.get("src") or node.attributes.get("href") for node in page.css("[src], link[href]")]
    assert resources
    assert all(address.startswith("/") for address in resources)
    assert not page.css("img, iframe, style, [style], [onclick], [onload], [onerror]")


def test_a_failed_answer_says_why_and_can_be_asked_for_again(
    browser: Client, sent: Sent, conversation: Conversation
) -> None:
    ended(sent, Run.State.FAILED, "rate_limited")
    page = page_of(browser, conversation.get_absolute_url())
    assert "asked too much" in page.css_first("[data-reason]").text()
    assert page.css_first("[data-log] form[data-retry]").attributes["action"] == f"/runs/{sent.run.pk}/retry/"


def test_a_stopped_answer_keeps_its_text(browser: Client, sent: Sent, conversation: Conversation) -> None:
    Message.objects.filter(pk=sent.answer.pk).update(text="Half of it")
    ended(sent, Run.State.CANCELLED)
    log = log_of(page_of(browser, conversation.get_absolute_url()))
    assert "Half of it" in log.text()
    assert "Stopped" in log.css_first("[data-reason]").text()


def test_only_the_last_answer_can_be_asked_for_again(
    browser: Client, person: User, sent: Sent, conversation: Conversation
) -> None:
    from conversations import services

    ended(sent, Run.State.FAILED, "timeout")
    second = services.send_message(person=known(person), conversation=conversation, text="And now?")
    answered(second)
    assert not log_of(page_of(browser, conversation.get_absolute_url())).css("form[data-retry]")


def test_a_talk_outlives_its_assistant(browser: Client, sent: Sent, conversation: Conversation) -> None:
    answered(sent)
    conversation.assistant.delete()
    page = page_of(browser, conversation.get_absolute_url())
    assert "Within thirty days." in log_of(page).text()
    assert not page.css("[data-composer]")
    assert "no longer available" in page.css_first(".dock").text()


def test_every_control_has_a_name(browser: Client, sent: Sent, conversation: Conversation) -> None:
    answered(sent, citations=[CITATION])
    page = page_of(browser, conversation.get_absolute_url())
    nameless = [b.html for b in page.css("button, a") if not (b.text(strip=True) or b.attributes.get("aria-label"))]
    assert not [html for html in nameless if "data-row" not in html]


def test_the_panel_marks_the_passage_under_its_own_heading(
    browser: Client, sent: Sent, conversation: Conversation
) -> None:
    answered(sent, "Thirty days.[2]", citations=[CITATION, {**CITATION, "n": 4, "page": None}])
    panel = page_of(browser, f"/messages/{sent.answer.pk}/sources/2/")
    assert panel.css_first("mark").text() == "Thirty days after delivery."
    assert panel.css_first(".leaf h3").text() == "Time limits"
    assert panel.css_first(".fol").text(strip=True) == "Policy › Returns7"
    assert [item.attributes["data-source"] for item in panel.css(".srcs [data-source]")] == ["2", "4"]
    assert panel.css_first("[aria-current]").attributes["data-source"] == "2"
    assert browser.get(f"/messages/{sent.answer.pk}/sources/3/").status_code == 404


def test_the_list_names_each_talk_and_the_open_one(browser: Client, sent: Sent, conversation: Conversation) -> None:
    page = page_of(browser, conversation.get_absolute_url())
    row = page.css_first("[data-history] [data-group=today] a[aria-current=page]")
    assert (row.attributes["href"], row.css_first("[data-title]").text()) == (
        conversation.get_absolute_url(),
        str(conversation),
    )
    index = page_of(browser, "/c/")
    assert index.css_first("main [data-row]").attributes["href"] == conversation.get_absolute_url()


def test_without_a_talk_the_list_shows_the_way_to_the_first(browser: Client) -> None:
    assert page_of(browser, "/c/").css_first("main a.primary").attributes["href"] == "/"


def test_the_quota_is_told_with_its_end(browser: Client, sent: Sent, conversation: Conversation) -> None:
    quota = page_of(browser, conversation.get_absolute_url()).css_first("[data-quota]")
    limit, used = int(quota.attributes["data-limit"]), int(quota.attributes["data-used"])
    assert (used, quota.css_first("[data-left]").text()) == (1, str(limit - 1))
    assert re.match(r"\d{4}-\d\d-\d\dT", quota.css_first("time").attributes["datetime"])


def test_the_preview_talks_to_the_draft(as_user: SignIn, creator: User, assistant: Assistant) -> None:
    page = page_of(as_user(creator), f"/preview/{assistant.pk}/")
    assert page.css_first("[data-talk]").attributes["data-start-url"] == f"/preview/{assistant.pk}/start/"
    assert not page.css("[data-history], [data-quota]")

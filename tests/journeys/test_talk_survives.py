"""An answer survives a reload, a second device, a stop, a worker's death, an emptied Redis and a failing model."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from accounts.models import User
from conversations.models import Message, Run
from core import redis
from tests.conftest import PASSWORD
from tests.journeys.made import live_assistant
from tests.scripted import ScriptedServer
from tests.stack import Stack, wait_for

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
SLOW = "Tell me a lot [[tokens:120 rate:20 first:0.3]]"


@pytest.fixture
def talk(page: Page, creator: User) -> Page:
    """The chat page of a live assistant, nothing said yet."""
    live_assistant(creator)
    page.goto("/c/new/patient-helper/")
    return page


def ask(page: Page, text: str) -> None:
    composer = page.get_by_role("textbox", name=re.compile("Write to"))
    composer.fill(text)
    composer.press("Enter")


def answer(page: Page) -> Locator:
    return page.locator("[data-message][data-role=assistant] [data-prose]").last


def words(page: Page) -> int:
    return len(answer(page).inner_text().split())


def the_only_run() -> Run:
    run = Run.objects.select_related("answer").get()
    assert Message.objects.filter(role="assistant").count() == 1
    return run


def expect_whole_answer(page: Page) -> None:
    """The page shows exactly what is kept, once."""
    wait_for(lambda: the_only_run().state == Run.State.DONE, seconds=60)
    kept = the_only_run().answer.text
    assert len(kept.split()) == 120
    wait_for(lambda: answer(page).inner_text().split() == kept.split(), seconds=20)


def test_a_reload_in_mid_stream_goes_on(talk: Page) -> None:
    ask(talk, SLOW)
    wait_for(lambda: words(talk) > 10)
    talk.reload()
    wait_for(lambda: 10 < words(talk) < 120)
    expect_whole_answer(talk)


def test_a_second_device_sees_the_same_answer(
    creator: User, person: User, new_context: Callable[..., BrowserContext]
) -> None:
    live_assistant(creator)
    first, second = new_context().new_page(), new_context(viewport={"width": 360, "height": 780}).new_page()
    for page in (first, second):
        page.goto("/accounts/login/")
        page.get_by_label("E-mail").fill(person.email)
        page.locator("input[type=password]").fill(PASSWORD)
        page.locator("input[type=password]").press("Enter")
        expect(page).not_to_have_url(re.compile("login"))
    first.goto("/c/new/patient-helper/")
    ask(first, SLOW)
    wait_for(lambda: words(first) > 10)
    second.goto(first.url)
    wait_for(lambda: words(second) > 10)
    expect_whole_answer(first)
    expect_whole_answer(second)


def test_stop_keeps_what_had_arrived_and_closes_the_model(talk: Page, scripted: ScriptedServer) -> None:
    before = scripted.disconnects
    ask(talk, SLOW)
    wait_for(lambda: words(talk) > 10)
    talk.get_by_role("button", name="Stop").click()
    wait_for(lambda: the_only_run().state == Run.State.CANCELLED)
    kept = the_only_run().answer.text.split()
    assert 10 < len(kept) < 120
    wait_for(lambda: answer(talk).inner_text().split() == kept)
    wait_for(lambda: scripted.disconnects > before)


def test_a_killed_worker_is_replaced(talk: Page, stack: Stack) -> None:
    ask(talk, SLOW)
    wait_for(lambda: words(talk) > 10)
    stack.kill("worker")
    stack.start("worker")
    expect_whole_answer(talk)
    assert the_only_run().attempt == 2


def test_an_emptied_redis_loses_nothing(talk: Page) -> None:
    ask(talk, SLOW)
    wait_for(lambda: words(talk) > 10)
    redis.client().flushall()
    expect_whole_answer(talk)
    assert the_only_run().attempt == 1


def test_a_model_that_breaks_off_is_told_and_tried_again(talk: Page) -> None:
    ask(talk, "Begin well [[cut:20 rate:40]]")
    notice = talk.locator("[data-ended]:not([hidden])")
    expect(notice).to_contain_text("broke off", timeout=30_000)
    Message.objects.filter(role="person").update(text="Begin well")
    notice.get_by_role("button", name="Try again").click()
    expect(answer(talk)).to_contain_text("Scripted answer to: Begin well", timeout=30_000)
    assert Run.objects.filter(state=Run.State.DONE).count() == 1
    assert Message.objects.count() == 2


def test_a_message_refused_stays_in_the_composer(talk: Page) -> None:
    ask(talk, "x" * 20_001)
    expect(talk.get_by_role("alert").filter(has_text="1 character too many")).to_be_visible()
    expect(talk.get_by_role("textbox", name=re.compile("Write to"))).to_have_value("x" * 20_001)

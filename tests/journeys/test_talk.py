"""Talking, in a real browser: streaming, reloading, stopping, failing, and never losing what was typed."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from accounts.models import User
from assistants import services as assistants
from assistants.models import Assistant, KnowledgeFile
from tests.assistants.made import upload
from tests.conversations.made import live_assistant
from tests.stack import Stack, wait_for

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

RICH = """Two **years**. Then `delete` it.

```python
def keep(cv):
    return cv.seen + 2  # years
```

| Data | Kept |
|---|---|
| CV | 2 years |

1. Tell them.
2. [Write](https://example.org/a) it down.

![a picture](https://pictures.example.org/spy.png) <img src="https://pictures.example.org/spy2.png">"""


@pytest.fixture
def assistant(stack: object, creator: User) -> Assistant:
    return live_assistant(creator, opening="Ask me about returns.")


@pytest.fixture
def chat(page: Page, assistant: Assistant) -> Page:
    """The chat page before anything is said."""
    page.goto(f"/c/new/{assistant.slug}/")
    return page


def composer(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Write to Returns desk")


def say(page: Page, text: str) -> None:
    composer(page).fill(text)
    composer(page).press("Enter")


def answer(page: Page) -> Locator:
    return page.locator("[data-role=assistant]").last


def finished(page: Page) -> Locator:
    """The last answer, once it stands in the log."""
    last = page.locator("[role=log] [data-role=assistant]").last
    expect(page.locator("[data-live-slot] [data-message]")).to_have_count(0, timeout=30_000)
    return last


def test_the_page_becomes_the_conversation(chat: Page) -> None:
    say(chat, "[[tokens:40 rate:20]] How long?")
    expect(chat).to_have_url(re.compile(r"/c/cnv_\w+/$"))
    expect(chat.locator("[data-history] a[aria-current=page]")).to_have_count(1)
    expect(chat.get_by_role("status").filter(has_text="Answering")).to_have_count(1)
    expect(chat.locator("[role=log] [data-role=assistant]")).to_have_count(0)
    expect(answer(chat).locator(".caret")).to_be_visible()
    expect(finished(chat)).to_contain_text("word40")
    expect(chat.get_by_role("status").filter(has_text="Answer ready")).to_have_count(1)
    expect(chat).to_have_title(re.compile("How long"))


def test_a_starter_begins_at_once(chat: Page) -> None:
    chat.locator("[data-intro]").get_by_role("button", name="Return").click()
    expect(finished(chat)).to_contain_text("How do I return this?")
    expect(chat.locator("[data-intro]")).to_have_count(0)


def test_a_slash_in_an_empty_field_shows_the_starters(chat: Page) -> None:
    composer(chat).press("/")
    chat.keyboard.press("Enter")
    expect(composer(chat)).to_have_value("How do I return this?")
    expect(composer(chat)).to_be_focused()


def test_a_reload_in_mid_stream_goes_on(chat: Page) -> None:
    say(chat, "[[tokens:120 rate:25]]")
    expect(answer(chat)).to_contain_text("word10")
    beside = chat.context.new_page()
    beside.goto(chat.url)
    chat.reload()
    for device in (chat, beside):
        expect(device.get_by_role("button", name="Stop")).to_be_visible()
    for device in (chat, beside):
        expect(finished(device)).to_contain_text("word119 word120")
    words = re.findall(r"word\d+", finished(chat).inner_text())
    assert words == [f"word{n}" for n in range(1, 121)]


def test_a_cut_connection_goes_on_from_the_last_event(chat: Page, stack: Stack) -> None:
    asked: list[str] = []
    chat.on("request", lambda request: asked.append(request.headers.get("last-event-id", "")))
    say(chat, "[[tokens:80 rate:20]]")
    expect(answer(chat)).to_contain_text("word10")
    stack.kill("web")
    stack.start("web")
    last = finished(chat)
    expect(last).to_contain_text("word80")
    assert re.findall(r"word\d+", last.inner_text()) == [f"word{n}" for n in range(1, 81)]
    assert any(re.fullmatch(r"\d+-\d+", seen) for seen in asked), "nothing was asked from the last event on"


def test_stopping_keeps_the_text_and_allows_another_try(chat: Page) -> None:
    say(chat, "[[tokens:200 rate:20]]")
    expect(answer(chat)).to_contain_text("word5")
    chat.get_by_role("button", name="Stop").click()
    stopped = finished(chat)
    expect(stopped).to_contain_text("Stopped. What had arrived is kept.")
    expect(stopped).to_contain_text("word5")
    expect(chat.get_by_role("button", name="Send")).to_be_visible()
    stopped.get_by_role("button", name="Try again").click()
    expect(answer(chat)).to_contain_text("word3")
    expect(answer(chat).locator("[data-reason]")).to_be_hidden()
    chat.get_by_role("button", name="Stop").click()
    expect(finished(chat)).to_contain_text("Stopped.")


def test_a_failure_says_why_and_the_next_try_answers(chat: Page) -> None:
    say(chat, "[[status:401 times=1]] Hello")
    failed = finished(chat)
    expect(failed).to_contain_text("An administrator has to mend it")
    composer(chat).fill("Meanwhile")
    failed.get_by_role("button", name="Try again").click()
    expect(finished(chat)).to_contain_text("Scripted answer to: Hello")
    expect(composer(chat)).to_have_value("Meanwhile")
    expect(chat.get_by_text("An administrator has to mend it")).to_be_hidden()


def test_a_draft_survives_a_reload_and_ends_with_its_message(chat: Page) -> None:
    composer(chat).fill("Half a thought")
    chat.reload()
    expect(composer(chat)).to_have_value("Half a thought")
    composer(chat).press("Enter")
    expect(finished(chat)).to_contain_text("Half a thought")
    chat.reload()
    expect(composer(chat)).to_have_value("")


def test_a_message_that_cannot_be_sent_comes_back(chat: Page) -> None:
    chat.route("**/c/start/**", lambda route: route.abort())
    say(chat, "Do not lose me")
    expect(chat.get_by_role("alert")).to_contain_text("Your message is kept")
    expect(composer(chat)).to_have_value("Do not lose me")
    chat.unroute("**/c/start/**")
    composer(chat).press("Enter")
    expect(finished(chat)).to_contain_text("Do not lose me")
    expect(chat.get_by_role("alert")).to_be_hidden()


def test_a_message_that_is_too_long_waits_in_the_field(chat: Page) -> None:
    composer(chat).fill("x" * 20_002)
    expect(chat.get_by_role("alert")).to_contain_text("2 characters too many")
    expect(chat.get_by_role("button", name="Send")).to_be_disabled()


def test_shift_and_enter_begin_a_new_line(chat: Page) -> None:
    low = composer(chat).bounding_box()
    composer(chat).press_sequentially("one")
    for _ in range(14):
        composer(chat).press("Shift+Enter")
    high = composer(chat).bounding_box()
    assert low and high and 5 * low["height"] < high["height"] < 11 * low["height"]
    assert composer(chat).input_value() == "one" + "\n" * 14


def test_both_renderings_of_an_answer_are_one_and_ask_nobody(chat: Page) -> None:
    foreign: list[str] = []
    chat.on("request", lambda request: foreign.append(request.url) if "example.org" in request.url else None)
    say(chat, f"[[say:{RICH}]]")
    by_script = shape(finished(chat))
    chat.reload()
    assert shape(finished(chat)) == by_script
    assert "hljs-keyword" in by_script
    assert ">a picture</a>" in by_script
    assert not foreign


def shape(message: Locator) -> str:
    """What one sees of an answer, without the traces of how it arrived."""
    expect(message.locator(".hljs-keyword").first).to_be_visible()
    html = message.locator("[data-prose]").inner_html()
    return re.sub(r">\s+<", "><", re.sub(r'<span class="fresh">(.*?)</span>', r"\1", html, flags=re.DOTALL)).strip()


def test_code_is_copied_as_it_is(new_context: Callable[..., BrowserContext], assistant: Assistant) -> None:
    chat = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    chat.goto(f"/c/new/{assistant.slug}/")
    say(chat, f"[[say:{RICH}]]")
    finished(chat).get_by_role("button", name="Copy the code").click()
    assert chat.evaluate("navigator.clipboard.readText()") == "def keep(cv):\n    return cv.seen + 2  # years\n"
    finished(chat).get_by_role("button", name="Copy the answer").click()
    assert chat.evaluate("navigator.clipboard.readText()") == RICH


@pytest.fixture
def with_file(assistant: Assistant) -> Assistant:
    """One that has read a file."""
    text = b"# Returns\n\n## Time\n\nA parcel can be returned within thirty days of its delivery.\n"
    file = assistants.add_file(base=assistant.knowledge_base, name="policy.md", upload=upload(text))
    ready = KnowledgeFile.objects.filter(pk=file.pk, state=KnowledgeFile.State.READY)
    wait_for(ready.exists, seconds=60)
    return assistant


@pytest.mark.usefixtures("with_file")
def test_a_numeral_opens_its_passage_and_gives_the_focus_back(chat: Page) -> None:
    say(chat, "Can a parcel be returned after its delivery?")
    numeral = finished(chat).locator("a.cite").first
    expect(finished(chat).locator("[data-searched]")).to_contain_text("Searched 1 file")
    numeral.click()
    panel = chat.get_by_role("dialog", name="Sources")
    expect(panel.locator("mark")).to_contain_text("within thirty days")
    expect(numeral).to_have_attribute("aria-current", "true")
    expect(panel.get_by_role("heading", name="Sources")).to_be_focused()
    chat.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(numeral).to_be_focused()
    chat.get_by_role("button", name="Sources", exact=True).click()
    expect(panel).to_be_visible()


@pytest.mark.usefixtures("with_file")
def test_on_a_phone_the_sources_are_a_sheet(new_context: Callable[..., BrowserContext], assistant: Assistant) -> None:
    chat = new_context(viewport={"width": 360, "height": 780}, has_touch=True, is_mobile=True).new_page()
    chat.goto(f"/c/new/{assistant.slug}/")
    composer(chat).fill("Can a parcel be returned after its delivery?")
    chat.get_by_role("button", name="Send").click()
    finished(chat).locator("a.cite").first.click()
    box = chat.get_by_role("dialog", name="Sources").bounding_box()
    assert box and (box["x"], box["y"], box["width"]) == (0, 96, 360)
    assert chat.evaluate("document.documentElement.scrollWidth") == 360
    chat.mouse.click(180, 40)
    expect(chat.get_by_role("dialog", name="Sources")).to_be_hidden()
    chat.get_by_role("button", name="Conversations").click()
    expect(chat.locator("[data-history] a[aria-current=page]")).to_be_visible()

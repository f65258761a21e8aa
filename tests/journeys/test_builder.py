"""A creator at work: nothing typed is lost, every bad file says why, and the preview speaks to the draft."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import BrowserContext, Page, Route, expect

from accounts.models import User
from assistants.models import Assistant
from tests.stack import Stack, wait_for

FILES = Path(__file__).parent.parent / "files"
SAVED = re.compile(r"Saved\s+\d\d:\d\d")
SECTIONS = ("identity", "instructions", "knowledge", "appearance", "publish")

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


@pytest.fixture
def signed_in(
    new_context: Callable[..., BrowserContext], as_user: Callable, creator: User, stack: Stack
) -> Callable[..., Page]:
    """A page of the creator's; several are several windows of one browser."""
    session = as_user(creator).cookies[settings.SESSION_COOKIE_NAME].value

    def open_page(**options: object) -> Page:
        context = new_context(**options)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": stack.url}])
        return context.new_page()

    return open_page


def begin(page: Page) -> str:
    """A new draft in the builder; gives its address."""
    page.goto("/assistants/new/")
    page.get_by_label("Name").fill("Returns desk")
    page.get_by_role("button", name="Create").click()
    expect(page).to_have_url(re.compile("/edit/"))
    return page.url


def draft() -> dict[str, str]:
    return Assistant.objects.get().draft


def test_typing_is_saved_by_itself_and_said(signed_in: Callable[..., Page]) -> None:
    page = signed_in()
    begin(page)
    page.locator("[name=promise]").fill("Answers questions about returns.")
    page.locator("[name=category]").select_option("servir")
    expect(page.locator("[data-section=identity] [data-note]")).to_have_text("Complete")
    expect(page.locator("[data-saved]")).to_have_text(SAVED)
    assert draft()["promise"] == "Answers questions about returns."
    page.reload()
    expect(page.locator("[name=promise]")).to_have_value("Answers questions about returns.")


def test_what_is_typed_while_the_site_is_away_comes_back(signed_in: Callable[..., Page]) -> None:
    page = signed_in()
    url = begin(page)
    page.context.set_offline(True)
    page.locator("[name=audience]").fill("Typed on a train")
    expect(page.locator("[data-saved]")).to_contain_text("kept in this browser")
    page.close(run_before_unload=False)
    assert draft()["audience"] == ""
    again = page.context.new_page()
    page.context.set_offline(False)
    again.goto(url)
    expect(again.locator("[name=audience]")).to_have_value("Typed on a train")
    wait_for(lambda: draft()["audience"] == "Typed on a train")


def test_two_windows_do_not_overwrite_each_other(signed_in: Callable[..., Page]) -> None:
    first = signed_in()
    url = begin(first)
    second = first.context.new_page()
    second.goto(url)
    first.locator("[name=promise]").fill("From the first window.")
    expect(first.locator("[data-saved]")).to_have_text(SAVED)
    wait_for(lambda: draft()["promise"] == "From the first window.")
    second.locator("[name=promise]").fill("From the second window.")
    expect(second.locator("[data-saved]")).to_contain_text("changed in another window")
    assert draft()["promise"] == "From the first window."
    second.reload()
    expect(second.locator("[data-recover]")).to_be_visible()
    second.get_by_role("button", name="Put it back").click()
    wait_for(lambda: draft()["promise"] == "From the second window.")


def test_publishing_waits_for_a_save_under_way(signed_in: Callable[..., Page]) -> None:
    page = signed_in()
    begin(page)
    page.locator("[name=category]").select_option("servir")
    page.locator("[data-nav=instructions]").click()
    page.locator("[name=instructions]").fill("Answer from the files.")
    page.locator("[data-nav=identity]").click()
    held: list[Route] = []
    page.route("**/save/", lambda route: held.append(route))
    with page.expect_request("**/save/"):
        page.locator("[name=promise]").fill("Begun.")
    page.locator("[name=promise]").fill("Finished.")
    page.locator("[data-nav=publish]").click()
    page.locator("[data-publish]").first.click()
    held[0].continue_()
    expect(page).to_have_url(re.compile("returns-desk"))
    assert Assistant.objects.get().live_version.definition.promise == "Finished."


def test_enter_in_a_field_does_not_publish(signed_in: Callable[..., Page]) -> None:
    page = signed_in()
    url = begin(page)
    page.locator("[name=name]").press("Enter")
    expect(page.locator("[data-saved]")).to_have_text(SAVED)
    assert page.url.startswith(url)


def test_every_bad_file_says_why_and_the_others_go_on(signed_in: Callable[..., Page]) -> None:
    page = signed_in()
    begin(page)
    page.locator("[data-section=knowledge] > summary").click()
    names = ("password_protected.pdf", "scan_no_text.pdf", "faq.md")
    page.locator("input[name=files]").set_input_files([FILES / name for name in names])
    rows = page.locator("#files .krow")
    expect(rows.filter(has_text="password_protected.pdf")).to_contain_text("locked with a password")
    expect(rows.filter(has_text="scan_no_text.pdf")).to_contain_text("No text was found")
    expect(rows.filter(has_text="faq.md")).to_contain_text("passage")
    expect(page.locator("[data-section=knowledge] [data-note]")).to_have_text("2 to look at")


def test_the_same_file_twice_is_said(signed_in: Callable[..., Page]) -> None:
    page = signed_in()
    begin(page)
    page.locator("[data-section=knowledge] > summary").click()
    for _ in range(2):
        page.locator("input[name=files]").set_input_files(FILES / "faq.md")
        expect(page.locator("#files .krow")).to_have_count(1)
    expect(page.locator("[data-uploads]")).to_contain_text("here already")


def test_the_preview_speaks_to_the_draft_and_leaves_the_focus_in_the_form(signed_in: Callable[..., Page]) -> None:
    page = signed_in()
    begin(page)
    page.locator("[data-section=instructions] > summary").click()
    page.locator("[name=instructions]").fill("Answer briefly.")
    page.locator("[name=opening]").fill("Welcome to the returns desk.")
    frame = page.frame_locator("[data-frame]")
    expect(frame.get_by_text("Welcome to the returns desk.")).to_be_visible()
    expect(page.locator("[name=opening]")).to_be_focused()
    frame.locator("[data-text]").fill("[[say:Spoken by the draft]]")
    frame.locator("[data-text]").press("Enter")
    expect(frame.get_by_text("Spoken by the draft", exact=True)).to_be_visible()
    page.get_by_role("button", name="Restart").click()
    expect(frame.get_by_text("Spoken by the draft", exact=True)).to_have_count(0)


def test_on_a_phone_form_and_preview_are_two_tabs(signed_in: Callable[..., Page]) -> None:
    page = signed_in(viewport={"width": 360, "height": 740})
    begin(page)
    expect(page.locator("[data-frame]")).to_be_hidden()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-frame]")).to_be_visible()
    expect(page.locator("[name=name]")).to_be_hidden()


@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing(signed_in: Callable[..., Page], width: int) -> None:
    page = signed_in(viewport={"width": width, "height": 900}, bypass_csp=True)
    url = begin(page)
    for address in (
        "/assistants/",
        "/assistants/new/",
        url.replace("edit", "delete"),
        *(f"{url}#{s}" for s in SECTIONS),
    ):
        page.goto("about:blank")
        page.goto(address)
        found = [(issue["id"], issue["nodes"][0]["html"]) for issue in Axe().run(page)["violations"]]
        assert not found, (address, found)
        assert page.evaluate("document.documentElement.scrollWidth") <= width

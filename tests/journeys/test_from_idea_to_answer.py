"""The main job, whole: a creator makes an assistant out of a PDF and publishes it; a guest finds it and is answered."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

PDF = Path(__file__).parent.parent / "files" / "fr_rgaa_guide_accompagnement.pdf"
PASSWORD = "a long enough passphrase"

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


def sign_up(page: Page) -> None:
    page.goto("/accounts/signup/")
    page.get_by_label("Name", exact=False).first.fill("Camille")
    page.get_by_label("E-mail").fill("camille@example.org")
    page.locator("input[type=password]").first.fill(PASSWORD)
    page.locator("form").get_by_role("button", name=re.compile("Create|Sign up")).first.click()
    expect(page).not_to_have_url(re.compile("signup"))


def create_assistant(page: Page) -> None:
    page.goto("/assistants/new/")
    page.get_by_label("Name").fill("Guide de l’accessibilité")
    page.get_by_role("button", name="Create").click()
    expect(page).to_have_url(re.compile(r"/assistants/ast_\w+/edit/"))
    page.locator("[name=promise]").fill("Répond sur le RGAA, page à l’appui.")
    page.locator("[name=category]").select_option("acces")
    page.locator("[name=language]").select_option("fr")
    page.locator("[data-section=instructions] > summary").click()
    page.locator("[name=instructions]").fill("Réponds aux questions sur le RGAA à partir du guide, et cite la page.")


def upload(page: Page) -> None:
    page.locator("[data-section=knowledge] > summary").click()
    page.locator("input[name=files]").set_input_files(str(PDF))
    row = page.locator("#files").get_by_text("41 pages")
    expect(row).to_be_visible(timeout=90_000)


def publish(page: Page) -> None:
    page.locator("[data-section=publish] > summary").click()
    page.locator("button[data-publish]").last.click()
    expect(page).to_have_url(re.compile(r"/a/guide-de-laccessibilite/"), timeout=20_000)


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main, form").get_by_role("button", name=re.compile("Sign out")).first.click()
    page.goto("/")
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def find(page: Page, words: str) -> None:
    page.goto("/")
    page.get_by_role("main").get_by_role("combobox").or_(page.get_by_role("main").get_by_role("searchbox")).first.fill(
        words
    )
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("main").get_by_role("link", name=re.compile("Guide de l’accessibilité")).first
    ).to_be_visible()


@pytest.mark.usefixtures("offline_models")
def test_from_a_pdf_to_a_cited_answer(page: Page) -> None:
    sign_up(page)
    create_assistant(page)
    upload(page)
    publish(page)
    sign_out(page)
    find(page, "gide de l'accesibilite")
    find(page, "rendre un site utilisable par des personnes aveugles")
    page.get_by_role("main").get_by_role("link", name=re.compile("Guide de l’accessibilité")).first.click()
    expect(page).to_have_url(re.compile(r"/a/guide-de-laccessibilite/"))
    page.get_by_role("link", name=re.compile("Start")).first.click()
    composer = page.get_by_role("textbox", name=re.compile("Write to"))
    composer.fill("Comment prendre en compte l’accessibilité dans un marché public ?")
    composer.press("Enter")
    answer = page.locator("[data-message][data-role=assistant] [data-prose]").last
    expect(answer).to_contain_text("démonstration", timeout=30_000)
    expect(page).to_have_url(re.compile(r"/c/cnv_\w+/"))
    numeral = answer.locator("a.cite").first
    expect(numeral).to_be_visible(timeout=30_000)
    numeral.click()
    panel = page.locator(".sources, [data-panel]").first
    expect(panel).to_contain_text("fr_rgaa_guide_accompagnement.pdf")
    shown = re.search(r"[Pp]age (\d+)", panel.inner_text())
    assert shown and 1 <= int(shown[1]) <= 41
    assert_quote_stands_on_page(panel.locator("mark").first.inner_text(), int(shown[1]))


def assert_quote_stands_on_page(quote: str, number: int) -> None:
    """The cited passage begins on the page that the panel names, read here by another hand than the product's."""
    import pypdfium2

    text = pypdfium2.PdfDocument(PDF)[number - 1].get_textpage().get_text_bounded()
    words = re.findall(r"\w{5,}", quote)[:12]
    found = sum(word in text for word in words)
    assert words and found >= 0.7 * len(words), (quote[:200], number)

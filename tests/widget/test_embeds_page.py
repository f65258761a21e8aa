"""The creator's page of embeds: which websites may show an assistant, and the line to paste there."""

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from accounts.models import User
from assistants.models import Assistant
from tests.assistants.made import SignIn
from tests.conversations.made import live_assistant
from widget import services
from widget.models import Embed

pytestmark = pytest.mark.django_db


@pytest.fixture
def assistant(creator: User) -> Assistant:
    return live_assistant(creator)


@pytest.fixture
def embed(assistant: Assistant) -> Embed:
    return services.create_embed(assistant=assistant, origins="https://shop.example.org")


@pytest.fixture
def browser(as_user: SignIn, creator: User) -> Client:
    return as_user(creator)


def page_of(browser: Client, assistant: Assistant) -> LexborHTMLParser:
    return LexborHTMLParser(browser.get(f"/embed/assistants/{assistant.pk}/").text)


def test_the_line_to_paste_names_the_embed(browser: Client, assistant: Assistant, embed: Embed) -> None:
    line = page_of(browser, assistant).css_first("code").text()
    assert line == f'<script src="http://127.0.0.1:8000/embed/v1.js" data-embed="{embed.pk}" async></script>'


def test_a_website_is_added(browser: Client, assistant: Assistant) -> None:
    form = {"origins": "https://Shop.example.org/\nhttps://shop.example.org", "is_enabled": "on"}
    assert browser.post(f"/embed/assistants/{assistant.pk}/", form).status_code == 302
    assert Embed.objects.get().origins == ["https://shop.example.org"]


def test_a_wrong_website_stays_in_the_field_with_its_reason(browser: Client, assistant: Assistant) -> None:
    page = LexborHTMLParser(browser.post(f"/embed/assistants/{assistant.pk}/", {"origins": "shop/x"}).text)
    field = page.css_first("textarea[aria-invalid]")
    assert field.text() == "shop/x"
    assert "shop/x" in page.css_first(f"#{field.attributes['aria-describedby'].split()[-1]}").text()
    assert not Embed.objects.exists()


def test_a_wrong_change_stays_in_its_own_form(browser: Client, assistant: Assistant, embed: Embed) -> None:
    page = LexborHTMLParser(browser.post(f"/embed/{embed.pk}/update/", {"origins": "ftp://x"}).text)
    assert page.css_first("textarea[aria-invalid]").attributes["id"] == f"{embed.pk}-origins"
    assert page.css_first("#new-origins").text() == ""


def test_an_embed_is_switched_off_by_leaving_the_switch(browser: Client, assistant: Assistant, embed: Embed) -> None:
    assert page_of(browser, assistant).css_first("input.switch[checked]")
    browser.post(f"/embed/{embed.pk}/update/", {"origins": "https://shop.example.org"})
    assert not page_of(browser, assistant).css("input.switch[checked]")
    assert browser.get(f"/embed/{embed.pk}/").status_code == 404


def test_an_embed_is_removed(browser: Client, assistant: Assistant, embed: Embed) -> None:
    button = page_of(browser, assistant).css_first("button[formaction]")
    assert browser.post(button.attributes["formaction"]).status_code == 302
    assert not Embed.objects.exists()


def test_a_stranger_finds_nothing(as_user: SignIn, stranger: User, assistant: Assistant, embed: Embed) -> None:
    browser = as_user(stranger)
    assert browser.get(f"/embed/assistants/{assistant.pk}/").status_code == 404
    assert browser.post(f"/embed/{embed.pk}/delete/").status_code == 404
    assert Embed.objects.exists()

"""The creator's page: which websites may show the assistant."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from assistants.models import Assistant
from core.errors import AppError
from tests.assistants.made import SignIn
from tests.widget.conftest import ORIGIN
from widget import services
from widget.models import Embed

pytestmark = pytest.mark.django_db


def url(embed: Embed) -> str:
    return f"/embed/assistants/{embed.assistant_id}/"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://www.example.org", ["https://www.example.org"]),
        (" HTTPS://WWW.Example.ORG/ \n\nhttp://localhost:8080", ["https://www.example.org", "http://localhost:8080"]),
        ("https://a.example https://a.example/", ["https://a.example"]),
        ("http://192.168.1.4:3000", ["http://192.168.1.4:3000"]),
    ],
)
def test_origins_are_tidied(typed: str, kept: str) -> None:
    assert services.parse_origins(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "www.example.org",
        "https://www.example.org/page",
        "https://*.example.org",
        "*",
        "'self'",
        "https://x.example;script-src",
        "javascript:alert(1)",
        "https://user@example.org",
        "ftp://example.org",
        "data:",
    ],
)
def test_what_is_no_origin_is_named(typed: str) -> None:
    with pytest.raises(AppError) as refusal:
        services.parse_origins(f"https://good.example\n{typed}")
    assert f"“{typed.lower()}”" in str(refusal.value)


def test_there_may_be_fifty(assistant: Assistant) -> None:
    with pytest.raises(AppError, match="At most 50 websites; these are 51"):
        services.parse_origins("\n".join(f"https://n{number}.example" for number in range(51)))


def test_a_creator_makes_a_line_to_paste(creator: User, assistant: Assistant, as_user: SignIn) -> None:
    browser = as_user(creator)
    page = browser.post(f"/embed/assistants/{assistant.pk}/", {"origins": ORIGIN, "is_enabled": "on"}, follow=True)
    embed = Embed.objects.get()
    assert (embed.origins, embed.is_enabled) == ([ORIGIN], True)
    assert f'data-embed="{embed.pk}"' in page.text
    assert "/embed/v1.js" in page.text


def test_a_mistake_keeps_what_was_typed(creator: User, assistant: Assistant, as_user: SignIn) -> None:
    page = as_user(creator).post(f"/embed/assistants/{assistant.pk}/", {"origins": "https://good.example\nnot one"})
    assert not Embed.objects.exists()
    assert "https://good.example\nnot one" in page.text
    assert "is not a website" in page.text


def test_a_mistake_in_a_change_keeps_what_was_typed_and_what_was_saved(
    creator: User, embed: Embed, as_user: SignIn
) -> None:
    page = as_user(creator).post(f"/embed/{embed.pk}/update/", {"origins": "https://typed.example/page"})
    assert "https://typed.example/page" in page.text
    assert "is not a website" in page.text
    embed.refresh_from_db()
    assert (embed.origins, embed.is_enabled) == ([ORIGIN], True)


def test_an_embed_is_changed_and_switched_off(creator: User, embed: Embed, as_user: SignIn) -> None:
    browser = as_user(creator)
    assert browser.post(f"/embed/{embed.pk}/update/", {"origins": "https://new.example"}).url == url(embed)
    embed.refresh_from_db()
    assert (embed.origins, embed.is_enabled) == (["https://new.example"], False)


def test_an_embed_is_removed(creator: User, embed: Embed, as_user: SignIn, client: Client) -> None:
    assert as_user(creator).post(f"/embed/{embed.pk}/delete/").url == url(embed)
    assert client.get(f"/embed/{embed.pk}/").status_code == 404


def test_a_stranger_finds_none_of_it(stranger: User, embed: Embed, as_user: SignIn) -> None:
    browser = as_user(stranger)
    assert browser.get(url(embed)).status_code == 404
    for door in (url(embed), f"/embed/{embed.pk}/update/", f"/embed/{embed.pk}/delete/"):
        assert browser.post(door, {"origins": "https://evil.example"}).status_code == 404
    embed.refresh_from_db()
    assert embed.origins == [ORIGIN]


def test_a_guest_is_asked_to_sign_in(client: Client, embed: Embed) -> None:
    for door in (url(embed), f"/embed/{embed.pk}/update/", f"/embed/{embed.pk}/delete/"):
        assert client.post(door).url.startswith("/accounts/login/")
    assert Embed.objects.exists()


def test_removing_needs_a_post(creator: User, embed: Embed, as_user: SignIn) -> None:
    assert as_user(creator).get(f"/embed/{embed.pk}/delete/").status_code == 405


def test_the_page_costs_the_same_whatever_the_number_of_embeds(
    creator: User, embed: Embed, as_user: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(10):
        services.create_embed(assistant=embed.assistant, origins=f"https://n{number}.example")
    browser = as_user(creator)
    with django_assert_num_queries(5):
        assert browser.get(url(embed)).text.count("<section") == 12

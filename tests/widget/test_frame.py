"""The frame on other websites: who may show it, and what it may do."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from assistants import services as assistants
from assistants.models import Assistant
from tests.assistants.made import SignIn
from tests.widget.conftest import ORIGIN
from widget import services
from widget.models import Embed

pytestmark = pytest.mark.django_db


def policy(page: Any) -> dict[str, list[str]]:
    parts = (part.split() for part in page["Content-Security-Policy"].split(";"))
    return {name: rest for name, *rest in parts}


def test_only_its_websites_may_frame_it(client: Client, embed: Embed) -> None:
    assert policy(client.get(f"/embed/{embed.pk}/"))["frame-ancestors"] == [ORIGIN]


def test_each_embed_has_websites_of_its_own(client: Client, assistant: Assistant, embed: Embed) -> None:
    other = services.create_embed(assistant=assistant, origins="https://a.example\nhttp://localhost:8080")
    assert policy(client.get(f"/embed/{other.pk}/"))["frame-ancestors"] == [
        "https://a.example",
        "http://localhost:8080",
    ]
    assert policy(client.get(f"/embed/{embed.pk}/"))["frame-ancestors"] == [ORIGIN]


def test_without_websites_nobody_may(client: Client, assistant: Assistant) -> None:
    embed = Embed.objects.create(assistant=assistant)
    assert policy(client.get(f"/embed/{embed.pk}/"))["frame-ancestors"] == ["'none'"]


def test_the_rest_of_the_policy_stays_strict(client: Client, embed: Embed) -> None:
    found = policy(client.get(f"/embed/{embed.pk}/"))
    assert found["default-src"] == ["'none'"]
    assert found["style-src"] == found["connect-src"] == ["'self'"]
    assert "'unsafe-inline'" not in found["script-src"]


def test_pages_of_the_site_are_framed_by_nobody(client: Client, embed: Embed, creator: User, as_user: SignIn) -> None:
    for page in (
        client.get("/"),
        client.get("/accounts/login/"),
        as_user(creator).get(f"/embed/assistants/{embed.assistant_id}/"),
    ):
        assert policy(page)["frame-ancestors"] == ["'none'"]
        assert "X-Frame-Options" not in page or page["X-Frame-Options"] == "DENY"


def test_the_frame_needs_and_sets_no_cookie(client: Client, embed: Embed) -> None:
    page = client.get(f"/embed/{embed.pk}/")
    assert page.status_code == 200
    assert not page.cookies
    assert "no-cache" in page["Cache-Control"] or "no-store" in page["Cache-Control"]
    assert "csrfmiddlewaretoken" not in page.text


def test_each_visit_gets_a_token_of_its_own(client: Client, embed: Embed) -> None:
    first, second = (client.get(f"/embed/{embed.pk}/").context["token"] for _ in range(2))
    assert services.visitor_of(first, embed.pk) != services.visitor_of(second, embed.pk)


def test_what_is_switched_off_or_withdrawn_is_not_found(client: Client, embed: Embed) -> None:
    services.update_embed(embed=embed, origins=ORIGIN, is_enabled=False)
    assert client.get(f"/embed/{embed.pk}/").status_code == 404
    services.update_embed(embed=embed, origins=ORIGIN, is_enabled=True)
    assert client.get(f"/embed/{embed.pk}/").status_code == 200
    assistants.withdraw(assistant=embed.assistant)
    assert client.get(f"/embed/{embed.pk}/").status_code == 404


def test_an_embed_of_nothing_is_not_found(client: Client, db: None) -> None:
    assert client.get("/embed/emb_nothing/").status_code == 404


def test_the_loader_may_be_taken_by_every_website(client: Client) -> None:
    script = client.get("/embed/v1.js")
    assert script.status_code == 200
    assert script["Content-Type"].startswith("text/javascript")
    assert (script["Access-Control-Allow-Origin"], script["Cross-Origin-Resource-Policy"]) == ("*", "cross-origin")
    assert "max-age=3600" in script["Cache-Control"]
    assert "iframe" in script.text
    assert not script.cookies


def test_the_frame_is_no_larger_than_its_budget(client: Client) -> None:
    import gzip

    script = client.get("/embed/v1.js").content
    assert len(gzip.compress(script)) < 5000
    assert len(script.splitlines()) <= 120


def test_somebody_who_is_signed_in_is_a_visitor_there_too(person: User, as_user: SignIn, embed: Embed) -> None:
    page = as_user(person).get(f"/embed/{embed.pk}/")
    assert services.visitor_of(page.context["token"], embed.pk)
    assert person.display_name not in page.text


def test_the_frame_speaks_the_visitors_language(embed: Embed) -> None:
    page = Client().get(f"/embed/{embed.pk}/", headers={"accept-language": "fr"})
    assert '<html lang="fr"' in page.text

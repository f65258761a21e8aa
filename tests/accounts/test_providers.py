"""Google, GitHub and any OpenID Connect provider, when the environment names them."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from config.settings import social_providers
from tests.accounts.conftest import confirm_address, sign_in
from tests.accounts.identity import IdentityProvider

pytestmark = pytest.mark.django_db
ADA = {"sub": "42", "name": "Ada Lovelace", "email": "ada@example.org", "email_verified": True}


@pytest.fixture
def identity(settings: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityProvider]:
    """A provider that the environment names, and that knows Ada."""
    with IdentityProvider() as provider:
        monkeypatch.setenv("OIDC_ISSUER", provider.url)
        monkeypatch.setenv("OIDC_NAME", "The library")
        monkeypatch.setenv("OIDC_CLIENT_ID", "vitrine")
        monkeypatch.setenv("OIDC_CLIENT_SECRET", "between us")
        settings.SOCIALACCOUNT_PROVIDERS = social_providers()
        provider.claims = dict(ADA)
        yield provider


def come_by_provider(client: Client, **query: str) -> HttpResponse:
    """Press the button, and come back as the provider sends people back."""
    there = client.post(reverse("openid_connect_login", args=["oidc"]), query_params=query)
    asked = parse_qs(urlsplit(there.url).query)
    back = {"state": asked["state"][0], "code": "the code"}
    return client.get(reverse("openid_connect_callback", args=["oidc"]), back)


def test_no_provider_shows_unless_it_is_named(client: Client) -> None:
    assert b"Continue with" not in client.get(reverse("account_login")).content
    assert client.post(reverse("google_login")).status_code == 404
    assert client.post(reverse("github_login")).status_code == 404


@pytest.mark.parametrize(("name", "host"), [("google", "accounts.google.com"), ("github", "github.com")])
def test_a_named_provider_gets_a_button(
    client: Client, settings: object, monkeypatch: pytest.MonkeyPatch, name: str, host: str
) -> None:
    monkeypatch.setenv(f"{name.upper()}_CLIENT_ID", "vitrine")
    monkeypatch.setenv(f"{name.upper()}_CLIENT_SECRET", "between us")
    settings.SOCIALACCOUNT_PROVIDERS = social_providers()
    assert b"Continue with" in client.get(reverse("account_login")).content
    there = client.post(reverse(f"{name}_login")).url
    assert urlsplit(there).hostname == host
    assert "code_challenge=" in there


def test_a_newcomer_has_an_account_with_the_name_that_the_provider_knows(
    client: Client, identity: IdentityProvider
) -> None:
    assert come_by_provider(client, next="/account/").url == "/account/"
    ada = User.objects.get()
    assert (ada.display_name, ada.handle, ada.has_usable_password()) == ("Ada Lovelace", "ada-lovelace", False)
    assert EmailAddress.objects.get().verified
    assert client.session["_auth_user_id"] == ada.pk


def test_the_same_person_comes_back_to_the_same_account(identity: IdentityProvider) -> None:
    come_by_provider(Client())
    come_by_provider(Client())
    assert User.objects.count() == 1


def test_who_has_no_name_is_asked_for_one(client: Client, identity: IdentityProvider) -> None:
    del identity.claims["name"]
    assert come_by_provider(client).url == reverse("socialaccount_signup")
    page = client.get(reverse("socialaccount_signup")).content.decode()
    assert "The library knows you" in page
    client.post(reverse("socialaccount_signup"), {"display_name": "Ada", "email": "ada@example.org"})
    assert User.objects.get().handle == "ada"


def test_an_address_that_has_an_account_does_not_open_it(
    client: Client, person: User, identity: IdentityProvider
) -> None:
    identity.claims["email"] = person.email
    confirm_address(person)
    come_by_provider(client)
    assert "_auth_user_id" not in client.session


def test_a_person_connects_and_disconnects(client: Client, person: User, identity: IdentityProvider) -> None:
    confirm_address(person)
    sign_in(client, person)
    come_by_provider(client, process="connect")
    connected = person.socialaccount_set.get()
    assert mail.outbox[-1].subject == "An account was connected"
    assert "The library" in client.get(reverse("accounts:security")).content.decode()
    client.post(reverse("socialaccount_connections"), {"account": connected.pk})
    assert not person.socialaccount_set.exists()


def test_a_provider_that_is_down_sends_people_back(client: Client, identity: IdentityProvider) -> None:
    identity.is_down = True
    answer = client.post(reverse("openid_connect_login", args=["oidc"]))
    assert answer.url == reverse("socialaccount_login_error")
    assert "Sign in another way" in client.get(answer.url).content.decode()


def test_a_closed_instance_takes_no_newcomers(client: Client, identity: IdentityProvider, settings: object) -> None:
    settings.SIGNUP_OPEN = False
    assert "Sign-up is closed" in come_by_provider(client).content.decode()
    assert not User.objects.exists()

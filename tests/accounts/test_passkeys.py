"""The pages of passkeys: their rules on the server's side. The browser's side is a journey."""

import json
import re
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import prove_again

# A credential that a browser's virtual authenticator once made; good for showing, not for signing in.
CREDENTIAL = {"clientExtensionResults": {"credProps": {"rk": True}}}


@pytest.fixture
def passkey(person: User) -> Authenticator:
    data = {"name": "Laptop", "credential": CREDENTIAL}
    return Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)


@pytest.fixture
def proven(person: User, as_user: Callable[[User], Client]) -> Client:
    client = as_user(person)
    prove_again(client)
    return client


def test_a_visitor_gets_a_challenge_for_any_passkey(client: Client, db: None) -> None:
    answer = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}).json()
    asked = answer["request_options"]["publicKey"]
    assert asked["userVerification"] == "required"
    assert not asked.get("allowCredentials")


def test_adding_one_offers_a_name_and_says_who_for(proven: Client, person: User) -> None:
    page = proven.get(reverse("mfa_add_webauthn")).content.decode()
    options = json.loads(re.search(r'<script id="passkey-options"[^>]*>(.*?)</script>', page)[1])
    made = options["creation_options"]["publicKey"]
    assert made["rp"]["name"] == "Vitrine"
    assert made["user"]["displayName"] == person.display_name
    assert 'data-passkey="add"' in page


@pytest.mark.parametrize("credential", ["", "nonsense", "{}", '{"id": "x", "type": "public-key"}'])
def test_what_no_passkey_said_is_refused(proven: Client, credential: str) -> None:
    page = proven.post(reverse("mfa_add_webauthn"), {"name": "x", "passwordless": "True", "credential": credential})
    assert page.status_code == 200
    assert not Authenticator.objects.exists()


def test_nonsense_does_not_sign_in(client: Client, db: None) -> None:
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": '{"id": "x", "type": "public-key"}'})
    assert answer.url == reverse("account_login")
    assert "not the answer of a passkey" in client.get(answer.url).content.decode()


def test_it_can_be_renamed_and_removed(proven: Client, passkey: Authenticator) -> None:
    proven.post(reverse("mfa_edit_webauthn", args=[passkey.pk]), {"name": "Blue laptop"})
    assert "Blue laptop" in proven.get(reverse("mfa_list_webauthn")).content.decode()
    proven.post(reverse("mfa_remove_webauthn", args=[passkey.pk]))
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("name", ["mfa_edit_webauthn", "mfa_remove_webauthn"])
def test_a_stranger_cannot_touch_it(
    stranger: User, passkey: Authenticator, as_user: Callable[[User], Client], name: str
) -> None:
    client = as_user(stranger)
    prove_again(client)
    assert client.post(reverse(name, args=[passkey.pk]), {"name": "mine"}).status_code == 404
    passkey.refresh_from_db()
    assert passkey.data["name"] == "Laptop"

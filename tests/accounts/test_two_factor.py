"""After the password, a code of the phone."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import code_on_phone, prove_again, sign_in


@pytest.fixture
def codes(person: User, secret: str, as_user: Callable[[User], Client]) -> list[str]:
    """The recovery codes that were made with the app."""
    client = as_user(person)
    prove_again(client)
    return client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]


def answer(client: Client, code: str) -> str:
    response = client.post(reverse("mfa_authenticate"), {"code": code})
    return getattr(response, "url", response.content.decode())


def test_turning_it_on_shows_a_picture_and_asks_who_you_are(person: User, as_user: Callable[[User], Client]) -> None:
    client = as_user(person)
    assert reverse("account_reauthenticate") in client.get(reverse("mfa_activate_totp")).url
    prove_again(client)
    assert 'class="qr" src="data:image/svg+xml;base64,' in client.get(reverse("mfa_activate_totp")).content.decode()


def test_a_wrong_code_does_not_turn_it_on(person: User, as_user: Callable[[User], Client]) -> None:
    client = as_user(person)
    prove_again(client)
    page = client.post(reverse("mfa_activate_totp"), {"code": "000000"}).content.decode()
    assert "This code is not right" in page
    assert not Authenticator.objects.exists()


def test_signing_in_waits_for_the_code(client: Client, person: User, secret: str) -> None:
    assert sign_in(client, person).url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    assert answer(client, code_on_phone(secret, ahead=1)) == "/"
    assert client.session["_auth_user_id"] == person.pk


def test_a_wrong_code_says_so(client: Client, person: User, secret: str) -> None:
    sign_in(client, person)
    assert "This code is not right" in answer(client, "000000")


def test_a_recovery_code_works_once(client: Client, person: User, codes: list[str]) -> None:
    sign_in(client, person)
    assert answer(client, codes[0]) == "/"
    again = Client()
    sign_in(again, person)
    assert "This code is not right" in answer(again, codes[0])
    assert answer(again, codes[1]) == "/"


def test_codes_can_be_downloaded_and_replaced(
    person: User, codes: list[str], as_user: Callable[[User], Client]
) -> None:
    client = as_user(person)
    prove_again(client)
    assert client.get(reverse("mfa_download_recovery_codes")).content.decode().split() == codes
    client.post(reverse("mfa_generate_recovery_codes"))
    assert client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"] != codes


def test_the_secret_is_encrypted_in_the_database(secret: str) -> None:
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    assert stored.startswith("gAAAA")


def test_a_stranger_does_not_see_the_codes(stranger: User, codes: list[str], as_user: Callable[[User], Client]) -> None:
    client = as_user(stranger)
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 404
    assert client.get(reverse("mfa_download_recovery_codes")).status_code == 404


def test_turning_it_off_is_told_by_mail(person: User, secret: str, as_user: Callable[[User], Client]) -> None:
    client = as_user(person)
    prove_again(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert mail.outbox[-1].subject == "Authenticator app turned off"

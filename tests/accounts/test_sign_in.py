"""A person comes back."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import sign_in


def test_address_and_password_let_a_person_in(client: Client, person: User) -> None:
    assert sign_in(client, person, next="/account/profile/").url == "/account/profile/"
    assert client.session["_auth_user_id"] == person.pk


def test_capital_letters_in_the_address_do_not_matter(client: Client, person: User) -> None:
    person.email = person.email.upper()
    assert sign_in(client, person).status_code == 302


def test_a_wrong_password_keeps_the_address_and_says_nothing_more(client: Client, person: User) -> None:
    page = sign_in(client, person, "not this one").content.decode()
    assert "do not go together" in page
    assert f'value="{person.email}"' in page
    assert "not this one" not in page


def test_an_unknown_address_reads_like_a_wrong_password(client: Client, db: None) -> None:
    assert "do not go together" in sign_in(client, User(email="nobody@example.org")).content.decode()


def test_guessing_is_stopped(client: Client, person: User) -> None:
    for _guess in range(5):
        sign_in(client, person, "a guess")
    assert "Too many tries" in sign_in(client, person).content.decode()


def test_a_closed_account_is_told_so(client: Client, person: User) -> None:
    person.is_active = False
    person.save()
    assert sign_in(client, person).url == reverse("account_inactive")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/"])
def test_no_one_is_sent_to_another_site(client: Client, person: User, target: str) -> None:
    assert sign_in(client, person, next=target).url == "/"


def test_signing_out_asks_for_a_post(client: Client, person: User) -> None:
    sign_in(client, person)
    client.get(reverse("account_logout"))
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_an_address_that_asks_too_often_gets_a_page_that_says_so(client: Client, db: None, settings: object) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    client.post(reverse("account_login"))
    answer = client.post(reverse("account_login"))
    assert answer.status_code == 429
    assert "Try again in a minute" in answer.content.decode()

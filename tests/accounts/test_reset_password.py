"""The password is forgotten."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import link_in, sign_in

NEW = "another few words"


@pytest.fixture
def link(client: Client, person: User) -> str:
    """The page where the link that was mailed ends."""
    client.post(reverse("account_reset_password"), {"email": person.email})
    return client.get(link_in(mail.outbox[0])).url


def test_the_mailed_link_leads_to_a_new_password(client: Client, person: User, link: str) -> None:
    assert client.get(link).status_code == 200
    assert client.post(link, {"password1": NEW}).url == reverse("account_reset_password_from_key_done")
    assert sign_in(client, person, NEW).status_code == 302


def test_the_key_does_not_stay_in_the_address(person: User, link: str) -> None:
    assert link.endswith("-set-password/")


def test_the_link_works_once(client: Client, person: User, link: str) -> None:
    client.post(link, {"password1": NEW})
    assert "has been used" in client.get(link_in(mail.outbox[0])).content.decode()


def test_a_weak_password_is_refused_beside_its_field(client: Client, person: User, link: str) -> None:
    page = client.post(link, {"password1": "1234567890"}).content.decode()
    assert 'id="id_password1_error"' in page


def test_the_person_is_told_that_it_changed(client: Client, person: User, link: str) -> None:
    client.post(link, {"password1": NEW})
    assert mail.outbox[-1].subject == "Your password has changed"


def test_an_unknown_address_gets_the_same_page_and_another_mail(client: Client, db: None) -> None:
    answer = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert answer.url == reverse("account_reset_password_done")
    assert mail.outbox[0].subject == "There is no account with this address"


def test_changing_it_asks_for_the_present_one(client: Client, person: User) -> None:
    sign_in(client, person)
    page = client.post(reverse("account_change_password"), {"oldpassword": "wrong", "password1": NEW})
    assert "not your current password" in page.content.decode()
    client.post(reverse("account_change_password"), {"oldpassword": "correct horse battery", "password1": NEW})
    person.refresh_from_db()
    assert person.check_password(NEW)

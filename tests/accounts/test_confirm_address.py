"""Proof that an address is one's own."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import confirm_address, link_in, sign_in
from tests.accounts.test_sign_up import sign_up


@pytest.fixture
def strict(settings: object) -> None:
    """As on an instance that sends mail."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.MFA_ALLOW_UNVERIFIED_EMAIL = False


def test_the_link_in_the_mail_confirms_after_a_click(client: Client, db: None) -> None:
    sign_up(client)
    link = link_in(mail.outbox[0])
    assert "countess@example.org" in client.get(link).content.decode()
    assert not EmailAddress.objects.get().verified
    client.post(link)
    assert EmailAddress.objects.get().verified


def test_a_link_works_once(client: Client, db: None) -> None:
    sign_up(client)
    link = link_in(mail.outbox[0])
    client.post(link)
    assert "has been used" in client.get(link).content.decode()


def test_a_strict_instance_waits_for_the_proof(client: Client, db: None, strict: None) -> None:
    assert sign_up(client).url == reverse("account_email_verification_sent")
    assert sign_in(client, User.objects.get(), "analytical engine").url == reverse("account_email_verification_sent")
    client.post(link_in(mail.outbox[0]))
    assert sign_in(client, User.objects.get(), "analytical engine").url == "/"


def test_a_strict_instance_does_not_say_who_has_an_account(client: Client, person: User, strict: None) -> None:
    assert sign_up(client, email=person.email).url == reverse("account_email_verification_sent")
    assert mail.outbox[0].subject == "You have an account already"
    assert User.objects.count() == 1


def test_a_new_address_replaces_the_old_one_once_confirmed(client: Client, person: User) -> None:
    confirm_address(person)
    sign_in(client, person)
    client.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})
    person.refresh_from_db()
    assert person.email == "person@example.org"
    client.post(link_in(mail.outbox[0]))
    person.refresh_from_db()
    assert person.email == "new@example.org"


def test_the_old_address_hears_of_the_change(client: Client, person: User) -> None:
    confirm_address(person)
    sign_in(client, person)
    client.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})
    client.post(link_in(mail.outbox[0]))
    told = next(message for message in mail.outbox if message.subject == "Your e-mail address has changed")
    assert told.to == ["person@example.org"]
    assert "new@example.org in place of person@example.org" in told.body


def test_an_instance_without_mail_server_says_so(client: Client, db: None, settings: object, tmp_path: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    assert "no mail server yet" in client.get(reverse("account_reset_password_done")).content.decode()
    sign_up(client)
    assert "sent a link" not in client.get(reverse("account_email")).content.decode()
    assert len(list(tmp_path.iterdir())) == 1

"""Letters: short, in the reader's language, the same in text and in HTML."""

import smtplib
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.mail import language_of, to_html
from accounts.models import User
from tests.accounts.conftest import sign_in


class AwayBackend(BaseEmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, messages: object) -> int:
        raise smtplib.SMTPServerDisconnected("away")


def html_of(message: mail.EmailMultiAlternatives) -> str:
    return message.alternatives[0].content


def test_the_profile_decides_the_language_of_a_letter(person: User) -> None:
    person.language = "fr"
    with translation.override("en"):
        assert language_of(person.email, person) == "fr"


def test_a_letter_to_someone_unknown_speaks_the_language_of_the_page(db: None) -> None:
    with translation.override("fr"):
        assert language_of("nobody@example.org", None) == "fr"


def test_the_letter_is_rendered_in_the_readers_language(client: Client, person: User) -> None:
    person.language = "fr"
    person.save()
    client.post(reverse("account_reset_password"), {"email": person.email}, headers={"Accept-Language": "en"})
    assert '<html lang="fr">' in html_of(mail.outbox[0])


def test_the_html_carries_the_link_as_a_button(client: Client, person: User) -> None:
    client.post(reverse("account_reset_password"), {"email": person.email})
    letter = mail.outbox[0]
    address = next(line for line in letter.body.splitlines() if line.startswith("http://testserver/"))
    assert f'class="button" href="{address}"' in html_of(letter)
    assert ">Choose a new password</a>" in html_of(letter)


def test_what_people_typed_is_escaped_in_html() -> None:
    assert "<script>" not in to_html("Hello", "Welcome, <script>alert(1)</script>\n\nBye")


def test_a_change_names_the_browser_and_the_way_to_stop_it(person: User, as_user: Callable[[User], Client]) -> None:
    client = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"})
    sign_in(client, person)
    new = {"oldpassword": "correct horse battery", "password1": "another few words"}
    client.post(reverse("account_change_password"), new)
    letter = mail.outbox[-1]
    assert letter.subject == "Your password has changed"
    assert "Firefox, Windows" in letter.body
    assert reverse("accounts:security") in letter.body


def test_nothing_is_lost_while_the_mail_server_is_away(client: Client, db: None, settings: object) -> None:
    settings.EMAIL_BACKEND = "tests.accounts.test_mail.AwayBackend"
    ada = {"display_name": "Ada", "email": "ada@example.org", "password1": "analytical engine"}
    client.post(reverse("account_signup"), ada)
    assert User.objects.get().email == "ada@example.org"
    assert "could not send the e-mail" in client.get(reverse("accounts:profile")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_turning_the_app_on_is_told(person: User, secret: str) -> None:
    assert [letter.subject for letter in mail.outbox] == ["Authenticator app turned on"]
    assert "sign the other browsers out" in mail.outbox[0].body

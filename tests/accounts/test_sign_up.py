"""A visitor becomes a person."""

import pytest
from django.core import mail
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from accounts import takeover
from accounts.models import User

ADA = {"display_name": "Ada Lovelace", "email": "countess@example.org", "password1": "analytical engine"}


def sign_up(client: Client, **changes: str) -> object:
    return client.post(reverse("account_signup"), {**ADA, **changes})


@pytest.mark.django_db
def test_a_name_an_address_and_a_password_make_an_account(client: Client) -> None:
    response = sign_up(client)
    ada = User.objects.get(email="countess@example.org")
    assert response.status_code == 302
    assert (ada.display_name, ada.handle) == ("Ada Lovelace", "ada-lovelace")
    assert client.session["_auth_user_id"] == ada.pk


def test_the_password_is_kept_as_argon2(client: Client, db: None) -> None:
    sign_up(client)
    assert User.objects.get().password.startswith("argon2")


def test_the_handle_never_shows_the_address(client: Client, db: None) -> None:
    sign_up(client, display_name="愛")
    assert User.objects.get().handle == "person"


def test_two_people_of_one_name_have_two_handles(client: Client, db: None) -> None:
    sign_up(client)
    sign_up(Client(), email="other@example.org")
    assert set(User.objects.values_list("handle", flat=True)) == {"ada-lovelace", "ada-lovelace-2"}


def test_the_language_of_the_page_becomes_the_persons(client: Client, db: None) -> None:
    client.post(reverse("account_signup"), ADA, headers={"Accept-Language": "fr"})
    assert User.objects.get().language == "fr"


def test_a_weak_password_is_refused_beside_its_field_and_the_rest_stays_typed(client: Client, db: None) -> None:
    page = sign_up(client, password1="short").content.decode()
    assert 'value="countess@example.org"' in page
    assert 'value="Ada Lovelace"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_password1_error"' in page
    assert 'aria-describedby="id_password1_helptext id_password1_error"' in page
    assert 'value="short"' not in page
    assert not User.objects.exists()


def test_an_empty_form_says_what_to_type(client: Client, db: None) -> None:
    page = client.post(reverse("account_signup"), {}).content.decode()
    assert all(words in page for words in ("Type a name.", "Type your e-mail address.", "Choose a password."))
    assert "autofocus" in page


def test_an_address_is_refused_as_a_name(client: Client, db: None) -> None:
    assert "do not use an e-mail address" in sign_up(client, display_name="ada@example.org").content.decode()


def test_a_taken_address_says_what_to_do(client: Client, person: User) -> None:
    assert "ask for a new password" in sign_up(client, email=person.email).content.decode()


def test_a_closed_instance_lets_nobody_in(client: Client, db: None, settings: object) -> None:
    settings.SIGNUP_OPEN = False
    assert "Ask them for one" in sign_up(client).content.decode()
    assert "Create one" not in client.get(reverse("account_login")).content.decode()
    assert not User.objects.exists()


def test_what_the_guest_began_is_handed_over(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []

    def taker(request: HttpRequest, user: User) -> None:
        given.append(user.email)

    monkeypatch.setattr(takeover, "_takers", [])
    takeover.register(taker)
    sign_up(client)
    assert given == ["countess@example.org"]


def test_a_welcome_asks_to_confirm_the_address(client: Client, db: None) -> None:
    sign_up(client)
    assert mail.outbox[0].subject == "Confirm your address"
    assert "Welcome, Ada Lovelace" in mail.outbox[0].body

"""Every page of accounts, django-allauth's included, is drawn by our templates."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User

ENTRANCES = (
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "account_inactive",
    "socialaccount_login_cancelled",
)
ROOMS = (
    "accounts:profile",
    "accounts:security",
    "account_email",
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_list_webauthn",
    "usersessions_list",
    "socialaccount_connections",
)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ENTRANCES)
def test_a_visitor_meets_the_wall_of_figures(client: Client, name: str) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert b'class="brand"' in response.content
    assert b'class="wallgrid"' in response.content


@pytest.mark.parametrize("name", ROOMS)
def test_a_person_finds_every_room_in_our_look(person: User, as_user: Callable[[User], Client], name: str) -> None:
    response = as_user(person).get(reverse(name))
    assert response.status_code == 200
    assert b'class="brand"' in response.content
    assert b"accounts/sign" in response.content

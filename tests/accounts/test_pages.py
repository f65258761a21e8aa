"""Every page of accounts, django-allauth's included, is drawn by our templates."""

import re
from collections.abc import Callable
from pathlib import Path

import allauth
import pytest
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import prove_again, sign_in

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


PROTECTED = ("accounts:delete", "mfa_activate_totp", "mfa_add_webauthn")
STATIC_SCRIPT = re.compile(r'<script (type="module" )?src="/static/|<script id="[\w-]+" type="application/json">')


def assert_ours_and_within_the_policy(response: HttpResponse) -> None:
    """Our frame, and nothing that the content security policy would stop."""
    page = response.content.decode()
    assert response.status_code == 200
    assert 'class="brand"' in page
    assert "/static/accounts/sign" in page
    assert re.search(r"<h1\b", page)
    assert not re.search(r"\sstyle=|\son\w+=|javascript:", page)
    assert page.count("<script") == len(STATIC_SCRIPT.findall(page))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ENTRANCES)
def test_a_visitor_meets_the_wall_of_figures(client: Client, name: str) -> None:
    response = client.get(reverse(name))
    assert_ours_and_within_the_policy(response)
    assert b'class="wallgrid"' in response.content


@pytest.mark.parametrize("name", ROOMS)
def test_a_person_finds_every_room_in_our_look(person: User, as_user: Callable[[User], Client], name: str) -> None:
    assert_ours_and_within_the_policy(as_user(person).get(reverse(name)))


@pytest.mark.parametrize("name", PROTECTED)
def test_rooms_behind_a_second_proof_too(person: User, as_user: Callable[[User], Client], name: str) -> None:
    client = as_user(person)
    prove_again(client)
    assert_ours_and_within_the_policy(client.get(reverse(name)))


@pytest.mark.parametrize("name", ["mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"])
def test_rooms_of_the_second_step(person: User, secret: str, as_user: Callable[[User], Client], name: str) -> None:
    client = as_user(person)
    prove_again(client)
    assert_ours_and_within_the_policy(client.get(reverse(name)))


def test_the_second_step_itself(client: Client, person: User, secret: str) -> None:
    sign_in(client, person)
    assert_ours_and_within_the_policy(client.get(reverse("mfa_authenticate")))


def test_another_way_to_prove_who_you_are(person: User, secret: str, as_user: Callable[[User], Client]) -> None:
    assert_ours_and_within_the_policy(as_user(person).get(reverse("mfa_reauthenticate")))


@pytest.mark.parametrize("element", ["alert", "badge", "button_group", "details", "form", "hr", "panel", "table"])
def test_pages_that_allauth_may_add_are_drawn_with_our_elements(element: str) -> None:
    """Its own templates are made of these; each must be ours."""
    assert "templates/allauth/elements" in get_template(f"allauth/elements/{element}.html").origin.name
    assert "site-packages" not in get_template(f"allauth/elements/{element}.html").origin.name


def test_every_page_and_letter_in_use_has_a_template_of_ours() -> None:
    ours, theirs = Path(settings.BASE_DIR, "templates"), Path(allauth.__file__).parent / "templates"
    pages = [
        path.relative_to(theirs)
        for folder in ("account", "mfa", "usersessions", "socialaccount")
        for path in (theirs / folder).rglob("*")
        if path.is_file() and not re.search("phone|code|base_manage_|passkey|script|download", path.name)
    ]
    missing = [str(page) for page in pages if not (ours / page).exists()]
    assert missing == []

"""What the acts of accounts share: signing in by the page, links in mail, and a phone that makes codes."""

import base64
import hmac
import re
import time
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.conftest import PASSWORD


def sign_in(client: Client, user: User, password: str = PASSWORD, **more: str) -> HttpResponse:
    return client.post(reverse("account_login"), {"login": user.email, "password": password, **more})


def prove_again(client: Client) -> None:
    """What pages that matter ask for first."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": "/account/"})


def confirm_address(user: User) -> None:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def link_in(message: EmailMessage) -> str:
    """The path of the address that the message's button carries."""
    return re.search(r"http://testserver(\S+)", message.body)[1]


def code_on_phone(secret: str, ahead: int = 0) -> str:
    """RFC 6238: what an authenticator app shows now, or `ahead` half minutes from now."""
    counter = (int(time.time()) // 30 + ahead).to_bytes(8, "big")
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


@pytest.fixture
def secret(person: User, as_user: Callable[[User], Client]) -> str:
    """The person has turned the authenticator app on; the secret is on their phone."""
    client = as_user(person)
    prove_again(client)
    found = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_on_phone(found)})
    return found

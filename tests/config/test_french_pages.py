"""Pages asked for in French say nothing in English: ours, and those of the libraries."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from accounts.models import User
from core import translations

pytestmark = pytest.mark.django_db

ENGLISH = re.compile(r"\b(the|your|you|with|and|this|not)\b", re.IGNORECASE)
# The switch names each language in itself; a person of the cast is called so.
NAMES = {"English", "Person"}
FOR_ALL = ["/", "/categories/", "/search/?q=zzz", "/connect/", "/privacy/", "/nothing/", "/c/"]
SIGN_IN = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/password/reset/done/"]
MINE = ["/account/", "/account/security/", "/account/delete/", "/assistants/", "/assistants/new/"]
PROOFS = [
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/accounts/2fa/",
    "/accounts/sessions/",
]


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    translations.compile_all(settings.LOCALE_PATHS)


@pytest.fixture(scope="module")
def english() -> set[str]:
    """What a French page must not say: words that have another wording in French."""
    with (Path(settings.LOCALE_PATHS[0]) / "fr/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file)
    return {one.id for one in catalogue if one.id and isinstance(one.id, str) and one.id != one.string}


def said(html: str) -> set[str]:
    """Texts, and the attributes that are read out."""
    tree = LexborHTMLParser(html)
    texts = {node.text_content.strip() for node in tree.root.traverse(include_text=True) if node.text_content}
    attributes = {
        node.attributes.get(name) or "" for name in ("aria-label", "title", "placeholder") for node in tree.css("*")
    }
    return texts | attributes


def english_in(html: str, words: set[str]) -> list[str]:
    """Words of ours that were not translated, and sentences of others that are plainly English."""
    return [text for text in said(html) - NAMES if text in words or ENGLISH.search(text)]


def page(client: Client, address: str) -> str:
    response = client.get(address, headers={"accept-language": "fr"}, follow=True)
    assert response.status_code in {200, 404}, address
    return response.text


@pytest.mark.parametrize("address", FOR_ALL + SIGN_IN)
def test_a_guest_reads_french(address: str, client: Client, english: set[str], categories: None) -> None:
    html = page(client, address)
    assert '<html lang="fr"' in html
    assert not english_in(html, english)


@pytest.mark.parametrize("address", MINE + PROOFS)
def test_a_person_reads_french(
    address: str, as_user: Callable[[User], Client], person: User, english: set[str], categories: None
) -> None:
    html = page(as_user(person), address)
    assert '<html lang="fr"' in html
    assert not english_in(html, english)

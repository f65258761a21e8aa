"""Secrets at rest, in the column of a model's key."""

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from assistants.models import Offer
from core.crypto import keyed_hash

KEY = "sk-very-secret"


@pytest.fixture
def offer(db: None) -> Offer:
    return Offer.objects.create(name="model", label="Model", base_url="http://127.0.0.1:9/v1", api_key=KEY)


def column(offer: Offer) -> str:
    with connection.cursor() as cursor:
        cursor.execute("select api_key from assistants_offer where id = %s", [offer.pk])
        return str(cursor.fetchone()[0])


def read(offer: Offer) -> str:
    return Offer.objects.get(pk=offer.pk).api_key


def test_the_column_holds_a_token(offer: Offer) -> None:
    assert column(offer).startswith("gAAAA")
    assert KEY not in column(offer)
    assert read(offer) == KEY


def test_the_same_secret_never_looks_the_same(offer: Offer) -> None:
    first = column(offer)
    offer.save()
    assert column(offer) != first


def test_no_secret_stays_empty(offer: Offer) -> None:
    offer.api_key = ""
    offer.save()
    assert column(offer) == ""
    assert read(offer) == ""


def test_a_secret_outlives_a_new_key(offer: Offer, settings: Settings) -> None:
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new key"
    assert read(offer) == KEY
    Offer.objects.get(pk=offer.pk).save()
    settings.SECRET_KEY_FALLBACKS = []
    assert read(offer) == KEY


def test_a_secret_made_with_a_lost_key_reads_as_empty(offer: Offer, settings: Settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key", []
    assert read(offer) == ""


def test_what_is_no_token_reads_as_empty(offer: Offer) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update assistants_offer set api_key = 'plain'")
    assert read(offer) == ""


def test_letters_of_all_alphabets_are_kept(offer: Offer) -> None:
    offer.api_key = "clé·ключ·鍵"
    offer.save()
    assert read(offer) == "clé·ключ·鍵"


def test_a_keyed_hash_tells_nothing_without_the_key(settings: Settings) -> None:
    made = keyed_hash("203.0.113.7", "address")
    assert len(made) == 32
    assert made == keyed_hash("203.0.113.7", "address")
    assert made not in (keyed_hash("203.0.113.8", "address"), keyed_hash("203.0.113.7", "other"))
    settings.SECRET_KEY = "another key"
    assert keyed_hash("203.0.113.7", "address") != made

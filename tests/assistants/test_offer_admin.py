"""The administrator's table of models: a key goes in and never comes out."""

import pytest

from accounts.models import User
from assistants.models import Offer
from tests.assistants.made import SignIn

pytestmark = pytest.mark.django_db
KEY = "sk-never-shown"
FIELDS = {
    "kind": "chat",
    "name": "gpt-small",
    "label": "Small",
    "base_url": "https://provider.example/v1",
    "context_window": 8192,
    "price_in": 0,
    "price_out": 0,
    "is_enabled": "on",
}


@pytest.fixture
def offer() -> Offer:
    return Offer.objects.create(name="gpt-small", label="Small", base_url="https://provider.example/v1", api_key=KEY)


def test_the_key_is_on_no_page(administrator: User, as_user: SignIn, offer: Offer) -> None:
    browser = as_user(administrator)
    for url in ("/admin/assistants/offer/", f"/admin/assistants/offer/{offer.pk}/change/"):
        page = browser.get(url)
        assert page.status_code == 200
        assert KEY not in page.text


def test_a_refused_form_does_not_echo_the_new_key(administrator: User, as_user: SignIn, offer: Offer) -> None:
    fields = FIELDS | {"label": "", "new_key": "sk-just-typed"}
    page = as_user(administrator).post(f"/admin/assistants/offer/{offer.pk}/change/", fields)
    assert page.status_code == 200
    assert "sk-just-typed" not in page.text


@pytest.mark.parametrize(("typed", "kept"), [({}, KEY), ({"new_key": "sk-new"}, "sk-new"), ({"forget_key": "on"}, "")])
def test_an_empty_key_field_keeps_the_key(
    administrator: User, as_user: SignIn, offer: Offer, typed: dict[str, str], kept: str
) -> None:
    answer = as_user(administrator).post(f"/admin/assistants/offer/{offer.pk}/change/", FIELDS | typed)
    assert answer.status_code == 302
    offer.refresh_from_db()
    assert offer.api_key == kept


def test_a_new_default_takes_the_place_of_the_old(administrator: User, as_user: SignIn, offer: Offer) -> None:
    Offer.objects.update(is_default=True)
    fields = FIELDS | {"name": "other", "is_default": "on"}
    answer = as_user(administrator).post("/admin/assistants/offer/add/", fields)
    assert answer.status_code == 302, answer.context["adminform"].errors
    assert Offer.objects.get(is_default=True).name == "other"


def test_what_follows_the_environment_is_not_typed_here(administrator: User, as_user: SignIn, offer: Offer) -> None:
    Offer.objects.update(follows_environment=True)
    fields = FIELDS | {"base_url": "https://elsewhere.example/v1", "label": "House", "follows_environment": "on"}
    as_user(administrator).post(f"/admin/assistants/offer/{offer.pk}/change/", fields)
    offer.refresh_from_db()
    assert (offer.label, offer.base_url) == ("House", "https://provider.example/v1")


def test_a_key_is_encrypted_in_its_column(offer: Offer) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select api_key from assistants_offer")
        assert KEY not in cursor.fetchone()[0]

"""What others see, and how pages speak to a person."""

from collections.abc import Callable

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User

FORM = {"display_name": "Ada", "handle": "ada", "bio": "Counts.", "language": "fr", "time_zone": "Asia/Tokyo"}


def save(client: Client, **changes: str) -> object:
    return client.post(reverse("accounts:profile"), {**FORM, **changes})


def test_a_person_changes_their_profile(person: User, as_user: Callable[[User], Client]) -> None:
    assert save(as_user(person)).url == reverse("accounts:profile")
    person.refresh_from_db()
    assert (person.display_name, person.handle, person.time_zone) == ("Ada", "ada", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"handle": "stranger"}, "Someone has this handle already"),
        ({"handle": "support"}, "kept for the people who run the site"),
        ({"handle": "Not Good"}, "small letters"),
        ({"display_name": ""}, "id_display_name_error"),
        ({"time_zone": "Mars/Olympus"}, "id_time_zone_error"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    person: User, stranger: User, as_user: Callable[[User], Client], changes: dict[str, str], says: str
) -> None:
    page = save(as_user(person), **changes).content.decode()
    assert says in page
    assert "Counts." in page
    person.refresh_from_db()
    assert person.handle == "person"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["accounts:profile", "accounts:security", "accounts:delete"])
def test_a_visitor_is_asked_to_sign_in(client: Client, name: str) -> None:
    assert client.get(reverse(name)).url.startswith(reverse("account_login"))


def test_the_profile_beats_the_browser(person: User, as_user: Callable[[User], Client]) -> None:
    client = as_user(person)
    save(client)
    page = client.get(reverse("accounts:profile"), headers={"Accept-Language": "en"})
    assert page.headers["Content-Language"] == "fr"
    assert '<html lang="fr"' in page.content.decode()


def test_the_next_visitor_gets_the_time_of_the_site(client: Client, person: User, as_user: Callable) -> None:
    signed_in = as_user(person)
    save(signed_in)
    signed_in.get(reverse("accounts:profile"))
    assert timezone.get_current_timezone_name() == "Asia/Tokyo"
    client.get(reverse("account_login"))
    assert timezone.get_current_timezone_name() == "Europe/Paris"


def test_the_switch_in_the_foot_changes_the_profile(person: User, as_user: Callable[[User], Client]) -> None:
    client = as_user(person)
    client.post(reverse("set_language"), {"language": "fr", "next": "/account/profile/"})
    person.refresh_from_db()
    assert person.language == "fr"
    client.post(reverse("set_language"), {"language": "xx", "next": "/account/profile/"})
    person.refresh_from_db()
    assert person.language == "fr"


def test_a_visitor_without_cookie_costs_no_query(client: Client, db: None, django_assert_num_queries: Callable) -> None:
    with django_assert_num_queries(0):
        client.get(reverse("livez"))


def test_the_language_is_followed_on_the_asynchronous_path_too(async_client: AsyncClient, person: User) -> None:
    person.language = "fr"
    person.save()
    async_client.force_login(person)
    page = async_to_sync(async_client.get)(reverse("accounts:profile"))
    assert page.headers["Content-Language"] == "fr"

"""The two people of a fresh instance, and the administrators' tables."""

from collections.abc import Callable
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User

PEOPLE = {
    "admin_email": "Admin@example.org",
    "admin_password": "an admin password",
    "creator_email": "atelier@example.org",
    "creator_password": "a creator password",
}


def create_people(**changes: str) -> str:
    out = StringIO()
    call_command("create_people", **{**PEOPLE, **changes}, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_administrator_and_the_sample_creator_are_made() -> None:
    said = create_people()
    administrator, atelier = User.objects.order_by("-is_superuser")
    assert administrator.is_staff
    assert (atelier.display_name, atelier.handle, atelier.is_staff) == ("Atelier Vitrine", "atelier", False)
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == 2
    assert "password" not in said


@pytest.mark.django_db
def test_a_second_start_leaves_them_as_they_are() -> None:
    create_people()
    said = create_people(admin_password="something else now")
    assert User.objects.count() == 2
    assert User.objects.get(is_superuser=True).check_password("an admin password")
    assert said.count("there already") == 2


def test_the_administrators_tables_work_without_user_names(
    administrator: User, person: User, as_user: Callable[[User], Client]
) -> None:
    client = as_user(administrator)
    assert (
        "person@example.org" in client.get(reverse("admin:accounts_user_changelist"), {"q": "person"}).content.decode()
    )
    assert client.get(reverse("admin:accounts_user_change", args=[person.pk])).status_code == 200
    new = {"email": "new@example.org", "display_name": "New", "handle": "new-one", "usable_password": "false"}
    assert client.post(reverse("admin:accounts_user_add"), new).status_code == 302
    assert not User.objects.get(handle="new-one").has_usable_password()


def test_the_administrators_door_is_the_products_own(client: Client, person: User, as_user: Callable) -> None:
    assert client.get(reverse("admin:login")).url.startswith(reverse("account_login"))
    assert as_user(person).get(reverse("admin:index")).status_code in {302, 403}

"""Public names in addresses."""

import re

import pytest

from accounts import services
from accounts.models import HANDLE, User


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Élodie Müller-Østby", "elodie-muller-stby"),
        ("  Jean_Luc   Picard!! ", "jean-luc-picard"),
        ("愛", "person"),
        ("Al", "al-person"),
        ("Admin", "admin-2"),
        ("x" * 60, "x" * 34),
    ],
)
def test_a_name_becomes_a_handle(name: str, handle: str) -> None:
    assert services.new_handle(name) == handle
    assert re.fullmatch(HANDLE, handle)


def test_a_person_who_came_in_between_keeps_the_handle(creator: User) -> None:
    second = User(email="second@example.org", display_name="Creator", handle="creator")
    services.create_account(user=second)
    assert second.handle == "creator-2"


def test_a_taken_address_is_not_hidden_by_a_new_handle(creator: User) -> None:
    with pytest.raises(Exception, match="email"):
        services.create_account(user=User(email=creator.email, display_name="Other"))

"""A person leaves, with all that is theirs."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from accounts import privacy, services
from accounts.models import User
from assistants.models import Assistant, KnowledgeBase
from core.errors import Conflict
from tests.accounts.conftest import confirm_address, prove_again, sign_in


@pytest.fixture
def proven(person: User, as_user: Callable[[User], Client]) -> Client:
    """Signed in, and has typed the password again."""
    client = as_user(person)
    prove_again(client)
    return client


def leave(client: Client, email: str) -> object:
    return client.post(reverse("accounts:delete"), {"email": email})


def test_the_page_asks_who_you_are_first(person: User, as_user: Callable[[User], Client]) -> None:
    assert reverse("account_reauthenticate") in as_user(person).get(reverse("accounts:delete")).url


def test_the_address_must_be_typed(person: User, proven: Client) -> None:
    assert "not the address of your account" in leave(proven, "other@example.org").content.decode()
    assert User.objects.filter(pk=person.pk).exists()


def test_all_that_is_theirs_goes(person: User, stranger: User, proven: Client) -> None:
    confirm_address(person)
    base = KnowledgeBase.objects.create(owner=person)
    Assistant.objects.create(owner=person, knowledge_base=base)
    assert leave(proven, person.email.upper()).url == "/"
    assert list(User.objects.all()) == [stranger]
    assert not EmailAddress.objects.exists()
    assert not Assistant.objects.exists()
    assert not KnowledgeBase.objects.exists()


def test_their_other_browsers_are_signed_out(person: User, proven: Client) -> None:
    other = Client()
    sign_in(other, person)
    leave(proven, person.email)
    assert other.get(reverse("accounts:profile")).status_code == 302
    assert "_auth_user_id" not in other.session


def test_apps_erase_what_the_database_does_not_reach(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    erased: list[str] = []

    def eraser(user: User) -> None:
        erased.append(user.handle)

    monkeypatch.setattr(privacy, "_erasers", [])
    privacy.register(eraser)
    services.delete_account(user=person)
    assert erased == ["person"]


def test_the_last_administrator_stays(administrator: User) -> None:
    with pytest.raises(Conflict, match="only administrator"):
        services.delete_account(user=administrator)
    User.objects.create_superuser("second@example.org", "few words here", display_name="Second", handle="second")
    services.delete_account(user=administrator)

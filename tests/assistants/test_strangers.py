"""Whose assistant it is: to everybody else its pages do not exist."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assistants import services
from assistants.models import Assistant
from assistants.urls import urlpatterns
from tests.assistants.made import SignIn, assistant_of, upload

pytestmark = pytest.mark.django_db
OPEN_TO_ALL = {"index", "create"}
POST_ONLY = {"save", "publish", "withdraw", "set_avatar", "remove_avatar", "remove_file", "retry_file"}
NAMES = [pattern.name for pattern in urlpatterns if pattern.name not in OPEN_TO_ALL]


@pytest.fixture
def urls(creator: User) -> Callable[[str], str]:
    assistant = assistant_of(creator)
    file = services.add_file(base=assistant.knowledge_base, name="returns.md", upload=upload())

    def address(name: str) -> str:
        needs_file = name in {"remove_file", "retry_file"}
        return reverse(f"assistants:{name}", args=[assistant.id, *([file.id] if needs_file else [])])

    return address


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_finds_nothing(stranger: User, as_user: SignIn, urls: Callable[[str], str], name: str) -> None:
    browser = as_user(stranger)
    answers = [browser.post(urls(name))] if name in POST_ONLY else [browser.get(urls(name))]
    if name in {"delete", "files"}:
        answers.append(browser.post(urls(name)))
    assert {answer.status_code for answer in answers} == {404}
    assert Assistant.objects.count() == 1


@pytest.mark.parametrize("name", [name for name in NAMES if name != "avatar"])
def test_a_guest_is_asked_to_sign_in(client: Client, urls: Callable[[str], str], name: str) -> None:
    answer = client.post(urls(name)) if name in POST_ONLY else client.get(urls(name))
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


@pytest.mark.parametrize("name", sorted(POST_ONLY))
def test_what_changes_something_is_not_done_by_a_link(
    creator: User, as_user: SignIn, urls: Callable[[str], str], name: str
) -> None:
    assert as_user(creator).get(urls(name)).status_code == 405


def test_a_file_of_another_assistant_is_not_found(
    creator: User, stranger: User, as_user: SignIn, urls: Callable[[str], str]
) -> None:
    own = assistant_of(stranger)
    foreign = urls("remove_file").split("/")[-3]
    answer = as_user(stranger).post(reverse("assistants:remove_file", args=[own.id, foreign]))
    assert answer.status_code == 404

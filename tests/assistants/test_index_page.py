from typing import Any

import pytest

from accounts.models import User
from assistants import services
from conversations.models import Conversation
from tests.assistants.made import SignIn, assistant_of, typed

pytestmark = pytest.mark.django_db


def test_somebody_without_assistants_is_invited_to_make_one(creator: User, as_user: SignIn) -> None:
    page = as_user(creator).get("/assistants/")
    assert "An empty shelf" in page.text


def test_only_ones_own_are_listed(creator: User, stranger: User, as_user: SignIn) -> None:
    assistant_of(stranger, name="Not mine")
    assistant_of(creator, name="Mine")
    text = as_user(creator).get("/assistants/").text
    assert "Mine" in text
    assert "Not mine" not in text


def test_each_says_in_which_state_it_is(creator: User, as_user: SignIn, categories: None) -> None:
    browser = as_user(creator)
    assistant_of(creator, name="Draft one")
    live, withdrawn = assistant_of(creator, name="Live one"), assistant_of(creator, name="Withdrawn one")
    for assistant in (live, withdrawn):
        browser.post(f"/assistants/{assistant.id}/publish/", typed(assistant))
    browser.post(f"/assistants/{withdrawn.id}/withdraw/")
    browser.post(f"/assistants/{live.id}/save/", typed(live, promise="Changed since."))
    text = browser.get("/assistants/").text
    for tag in ("Version 1 live", "Draft has changes", "Withdrawn", ">Draft<"):
        assert tag in text


def test_conversations_and_people_are_counted_but_previews_are_not(
    creator: User, person: User, as_user: SignIn
) -> None:
    assistant = assistant_of(creator)
    for surface in ("store", "store", "preview"):
        Conversation.objects.create(assistant=assistant, assistant_name="x", owner=person, surface=surface)
    shelved = as_user(creator).get("/assistants/").context["shelved"]
    assert [(item.conversations, item.people) for item in shelved] == [(2, 1)]


def test_many_assistants_cost_no_more_queries_than_one(
    creator: User, as_user: SignIn, categories: None, django_assert_max_num_queries: Any
) -> None:
    browser = as_user(creator)
    for number in range(8):
        assistant = assistant_of(creator, name=f"Number {number}")
        version = services.publish_version(assistant=assistant, author=creator)
        services.release_version(version=version)
    with django_assert_max_num_queries(6):
        browser.get("/assistants/")

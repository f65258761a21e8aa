from typing import Any

import pytest
from django.core.files.storage import default_storage

from accounts.models import User
from accounts.services import delete_account
from assistants import services
from assistants.models import Assistant, KnowledgeBase
from conversations.models import Conversation
from tests.assistants.made import SignIn, assistant_of, picture, typed, upload

pytestmark = pytest.mark.django_db


def test_it_goes_with_versions_listing_and_knowledge(
    creator: User, as_user: SignIn, categories: None, django_capture_on_commit_callbacks: Any
) -> None:
    assistant = assistant_of(creator)
    file = services.add_file(base=assistant.knowledge_base, name="returns.md", upload=upload())
    services.set_avatar(assistant=assistant, upload=picture())
    browser = as_user(creator)
    browser.post(f"/assistants/{assistant.id}/publish/", typed(assistant))
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(f"/assistants/{assistant.id}/delete/").url == "/assistants/"
    assert not Assistant.objects.exists()
    assert not KnowledgeBase.objects.exists()
    assert not default_storage.exists(file.upload.name)
    assert not default_storage.exists(assistant.avatar.name)


def test_conversations_stay_with_the_people_who_had_them(creator: User, person: User) -> None:
    assistant = assistant_of(creator)
    Conversation.objects.create(assistant=assistant, assistant_name="Returns desk", owner=person)
    services.delete_assistant(assistant=assistant)
    assert Conversation.objects.get().assistant_name == "Returns desk"


def test_the_page_asks_first(creator: User, as_user: SignIn) -> None:
    assistant = assistant_of(creator)
    assert "Delete Returns desk?" in as_user(creator).get(f"/assistants/{assistant.id}/delete/").text
    assert Assistant.objects.exists()


def test_with_an_account_its_uploads_and_pictures_leave_the_disk(
    creator: User, django_capture_on_commit_callbacks: Any
) -> None:
    assistant = assistant_of(creator)
    file = services.add_file(base=assistant.knowledge_base, name="returns.md", upload=upload())
    services.set_avatar(assistant=assistant, upload=picture())
    assert default_storage.exists(file.upload.name)
    with django_capture_on_commit_callbacks(execute=True):
        delete_account(user=creator)
    assert not KnowledgeBase.objects.exists()
    assert not default_storage.exists(file.upload.name)
    assert not default_storage.exists(assistant.avatar.name)


def test_removing_a_file_twice_is_fine(creator: User) -> None:
    base = assistant_of(creator).knowledge_base
    file = services.add_file(base=base, name="returns.md", upload=upload())
    twin = base.files.get()
    services.remove_file(file=file)
    services.remove_file(file=twin)
    assert not base.files.exists()

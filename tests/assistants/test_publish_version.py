from typing import Any

import pytest

from accounts.models import User
from assistants import services, versions
from assistants.definition import SCHEMA
from assistants.models import AssistantVersion
from core.errors import AppError
from tests.assistants.made import COMPLETE, SignIn, assistant_of, typed

pytestmark = pytest.mark.django_db


def test_a_version_is_the_draft_as_it_was(creator: User) -> None:
    assistant = assistant_of(creator)
    version = services.publish_version(assistant=assistant, author=creator, notes=" First ")
    services.save_draft(assistant=assistant, definition=assistant_of(creator, name="Other").draft_definition)
    version = AssistantVersion.objects.get(pk=version.pk)
    assert (version.number, version.schema, version.notes, version.author) == (1, SCHEMA, "First", creator)
    assert version.definition == COMPLETE


def test_what_a_version_says_is_read_once(creator: User, django_assert_num_queries: Any) -> None:
    version = services.publish_version(assistant=assistant_of(creator), author=creator)
    assert versions.definition_of(version.pk) == COMPLETE
    with django_assert_num_queries(0):
        versions.definition_of(version.pk)


def test_versions_are_numbered(creator: User) -> None:
    assistant = assistant_of(creator)
    numbers = [services.publish_version(assistant=assistant, author=creator).number for _ in range(3)]
    assert numbers == [1, 2, 3]


@pytest.mark.parametrize("field", ["name", "promise", "category", "instructions"])
def test_what_is_missing_is_said_at_its_field(creator: User, field: str) -> None:
    assistant = assistant_of(creator, **{field: "  "})
    with pytest.raises(AppError) as refusal:
        services.publish_version(assistant=assistant, author=creator)
    assert refusal.value.field == field
    assert not AssistantVersion.objects.exists()


def test_a_category_must_be_one_of_the_shelves(creator: User, categories: None) -> None:
    assistant = assistant_of(creator, category="nowhere")
    with pytest.raises(AppError, match="Choose the category"):
        services.publish_version(assistant=assistant, author=creator)


def test_the_address_is_set_at_the_first_publication_and_stays(creator: User) -> None:
    assistant = assistant_of(creator, name="Working title")
    services.save_draft(assistant=assistant, definition=COMPLETE)
    services.publish_version(assistant=assistant, author=creator)
    assert assistant.slug == "returns-desk"
    renamed = assistant_of(creator, name="New name").draft_definition
    services.save_draft(assistant=assistant, definition=renamed)
    services.publish_version(assistant=assistant, author=creator)
    assistant.refresh_from_db()
    assert assistant.slug == "returns-desk"


def test_nobody_meets_a_version_before_its_release(creator: User) -> None:
    assistant = assistant_of(creator)
    version = services.publish_version(assistant=assistant, author=creator)
    assert assistant.live_version is None
    services.release_version(version=version)
    assistant.refresh_from_db()
    assert assistant.live_version == version
    assert version.released_at is not None


def test_publishing_from_the_page_brings_it_into_the_store(creator: User, as_user: SignIn, categories: None) -> None:
    assistant = assistant_of(creator)
    response = as_user(creator).post(f"/assistants/{assistant.id}/publish/", typed(assistant, notes="First"))
    assistant.refresh_from_db()
    assert assistant.live_version.notes == "First"
    assert response.url == assistant.listing.get_absolute_url()


def test_publishing_saves_what_was_typed_first(creator: User, as_user: SignIn, categories: None) -> None:
    assistant = assistant_of(creator)
    as_user(creator).post(f"/assistants/{assistant.id}/publish/", typed(assistant, promise="Newly typed."))
    assistant.refresh_from_db()
    assert assistant.live_version.definition.promise == "Newly typed."


def test_a_refusal_keeps_what_was_typed_and_says_all_that_is_missing(
    creator: User, as_user: SignIn, categories: None
) -> None:
    assistant = assistant_of(creator)
    fields = typed(assistant, promise="", category="", audience="People with parcels", notes="My notes")
    page = as_user(creator).post(f"/assistants/{assistant.id}/publish/", fields)
    assert page.status_code == 400
    for text in ("People with parcels", "My notes", "Say in one sentence what", "Choose the category it stands in"):
        assert text in page.text
    assert not AssistantVersion.objects.exists()


def test_withdrawing_leaves_versions_and_closes_the_door(creator: User, as_user: SignIn, categories: None) -> None:
    assistant = assistant_of(creator)
    browser = as_user(creator)
    browser.post(f"/assistants/{assistant.id}/publish/", typed(assistant))
    browser.post(f"/assistants/{assistant.id}/withdraw/")
    assistant.refresh_from_db()
    assert assistant.live_version is None
    assert assistant.listing.state == "withdrawn"
    assert assistant.versions.count() == 1


def test_what_was_withdrawn_can_be_published_again(creator: User, as_user: SignIn, categories: None) -> None:
    assistant = assistant_of(creator)
    browser = as_user(creator)
    for step in ("publish", "withdraw", "publish"):
        browser.post(f"/assistants/{assistant.id}/{step}/", typed(assistant))
    assistant.refresh_from_db()
    assert (assistant.live_version.number, assistant.listing.state) == (2, "live")


@pytest.mark.parametrize("door", ["publish", "save"])
def test_a_page_made_from_an_older_draft_replaces_nothing_and_loses_nothing(
    creator: User, as_user: SignIn, categories: None, door: str
) -> None:
    assistant = assistant_of(creator)
    fields = typed(assistant, name="From the first", revision="of long ago", notes="My notes")
    page = as_user(creator).post(f"/assistants/{assistant.id}/{door}/", fields)
    assert page.status_code == 409
    for text in ("another window", "From the first", "My notes", 'value="of long ago"'):
        assert text in page.text
    assistant = type(assistant).objects.get(pk=assistant.pk)
    assert (assistant.live_version, assistant.draft_definition) == (None, COMPLETE)


def test_a_nul_character_is_no_accident(creator: User, as_user: SignIn, categories: None) -> None:
    assistant = assistant_of(creator)
    fields = typed(assistant, starter_title=["De\0lay"], starter_text=["How\0 long?"], notes="Fir\0st")
    assert as_user(creator).post(f"/assistants/{assistant.id}/publish/", fields).status_code == 302
    assistant.refresh_from_db()
    (starter,) = assistant.live_version.definition.starters
    assert (starter.title, starter.text, assistant.live_version.notes) == ("Delay", "How long?", "First")


@pytest.mark.parametrize("field", ["name", "instructions", "category", "model"])
def test_a_nul_character_in_a_field_is_told_there(creator: User, as_user: SignIn, field: str) -> None:
    assistant = assistant_of(creator)
    page = as_user(creator).post(f"/assistants/{assistant.id}/save/", typed(assistant, **{field: "a\0b"}))
    assert page.status_code == 400

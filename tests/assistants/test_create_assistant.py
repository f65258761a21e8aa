import pytest
from django.test import Client

from accounts.models import User
from assistants import services
from assistants.definition import Definition
from assistants.models import Assistant
from core.errors import AppError
from tests.assistants.made import SignIn, assistant_of


def test_a_draft_may_be_nameless_and_is_then_known_by_its_id(creator: User) -> None:
    assistant = services.create_assistant(owner=creator)
    assert assistant.slug == assistant.id
    assert str(assistant) == "Untitled assistant"


def test_its_address_is_made_from_its_name(creator: User) -> None:
    assert assistant_of(creator, name="Œuvres & Été").slug == "oeuvres-ete"


def test_a_taken_address_gets_a_number(creator: User, person: User) -> None:
    slugs = [assistant_of(owner).slug for owner in (creator, person, creator)]
    assert slugs == ["returns-desk", "returns-desk-2", "returns-desk-3"]


def test_a_name_without_latin_letters_leaves_the_id_as_address(creator: User) -> None:
    assistant = assistant_of(creator, name="返品")
    assert assistant.slug == assistant.id


def test_each_has_a_knowledge_base_of_its_own(creator: User) -> None:
    first, second = assistant_of(creator), assistant_of(creator)
    assert first.knowledge_base_id != second.knowledge_base_id
    assert first.knowledge_base.owner == creator


def test_texts_that_no_page_has_room_for_are_refused(creator: User) -> None:
    with pytest.raises(AppError, match="81 characters; the most is 80") as refusal:
        services.create_assistant(owner=creator, definition=Definition(name="x" * 81))
    assert refusal.value.field == "name"
    assert not Assistant.objects.exists()


def test_the_page_asks_for_a_name_and_goes_to_the_builder(creator: User, as_user: SignIn) -> None:
    browser = as_user(creator)
    assert "What should it be called?" in browser.get("/assistants/new/").text
    response = browser.post("/assistants/new/", {"name": "Returns desk"})
    assert response.url == f"/assistants/{Assistant.objects.get().id}/edit/"


def test_an_empty_name_is_asked_for_again(creator: User, as_user: SignIn) -> None:
    response = as_user(creator).post("/assistants/new/", {"name": " "})
    assert response.status_code == 400
    assert not Assistant.objects.exists()


def test_opening_the_page_makes_nothing(creator: User, as_user: SignIn) -> None:
    as_user(creator).get("/assistants/new/")
    assert not Assistant.objects.exists()


def test_a_guest_is_asked_to_sign_in_first(client: Client, db: None) -> None:
    assert client.get("/assistants/new/").url == "/accounts/login/?next=/assistants/new/"

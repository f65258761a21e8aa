import re
from typing import Any

import pytest

from accounts.models import User
from assistants import services
from assistants.definition import Definition
from assistants.models import Assistant
from tests.assistants.made import COMPLETE, SignIn, assistant_of, typed

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def test_every_field_comes_back_as_it_was_typed(creator: User, as_user: SignIn, categories: None, offers: None) -> None:
    assistant = assistant_of(creator)
    fields = typed(
        assistant,
        name="Bureau des retours",
        audience="Clients",
        language="fr",
        instructions="  Une ligne\r\n\r\n  indentée",
        opening="Bonjour",
        model="scripted",
        starter_title=["", "Délai"],
        starter_text=["Puis-je échanger ?", "Quel délai ?"],
    )
    fields.pop("uses_knowledge")
    assert as_user(creator).post(f"/assistants/{assistant.id}/save/", fields, headers=JSON).status_code == 200
    assistant = type(assistant).objects.get(pk=assistant.pk)
    draft = assistant.draft_definition
    assert (draft.name, draft.language, draft.model, draft.opening) == (
        "Bureau des retours",
        "fr",
        "scripted",
        "Bonjour",
    )
    assert draft.instructions.endswith("Une ligne\n\n  indentée")
    assert [starter.title for starter in draft.starters] == ["Puis-je échanger ?", "Délai"]
    assert not draft.capabilities.knowledge


def test_a_script_hears_the_time_and_what_each_part_holds(creator: User, as_user: SignIn, categories: None) -> None:
    assistant = assistant_of(creator)
    response = as_user(creator).post(f"/assistants/{assistant.id}/save/", typed(assistant), headers=JSON)
    body = response.json()
    assert re.fullmatch(r"\d\d:\d\d", body["time"])
    assert body["sections"]["identity"]["state"] == "ok"
    assert body["sections"]["instructions"]["summary"] == "4 words, 1 starter"


def test_an_unfinished_draft_is_saved_too(creator: User, as_user: SignIn) -> None:
    assistant = assistant_of(creator)
    fields = typed(assistant, name="", promise="", category="", instructions="")
    assert as_user(creator).post(f"/assistants/{assistant.id}/save/", fields, headers=JSON).status_code == 200
    assistant = type(assistant).objects.get(pk=assistant.pk)
    assert assistant.draft_definition.name == ""


def test_a_text_that_is_too_long_is_said_at_its_field(creator: User, as_user: SignIn) -> None:
    assistant = assistant_of(creator)
    response = as_user(creator).post(f"/assistants/{assistant.id}/save/", typed(assistant, name="x" * 81), headers=JSON)
    assert response.status_code == 400
    assert "at most 80 characters (it has 81)" in response.json()["errors"]["name"][0]


def test_people_go_on_meeting_the_live_version(creator: User, as_user: SignIn, categories: None) -> None:
    assistant = assistant_of(creator)
    browser = as_user(creator)
    browser.post(f"/assistants/{assistant.id}/publish/", typed(assistant))
    body = browser.post(f"/assistants/{assistant.id}/save/", typed(assistant, promise="Another."), headers=JSON).json()
    assert body["has_changes"]
    assistant = type(assistant).objects.get(pk=assistant.pk)
    assert assistant.definition == COMPLETE


def test_a_page_made_from_an_older_draft_does_not_overwrite_it(creator: User, as_user: SignIn) -> None:
    assistant = assistant_of(creator)
    browser = as_user(creator)
    url = f"/assistants/{assistant.id}/save/"
    stale = browser.post(url, typed(assistant), headers=JSON).json()["revision"]
    browser.post(url, typed(assistant, name="From another window", revision=stale), headers=JSON)
    refused = browser.post(url, typed(assistant, name="From the first", revision=stale), headers=JSON)
    assert refused.status_code == 409
    assert "another window" in refused.json()["error"]["message"]
    assert type(assistant).objects.get(pk=assistant.pk).draft_definition.name == "From another window"


def test_saving_the_same_twice_is_no_conflict(creator: User, as_user: SignIn) -> None:
    assistant = assistant_of(creator)
    fields = typed(assistant, name="Once", revision="of long ago")
    services.save_draft(assistant=assistant, definition=Definition(**{**vars_of(assistant), "name": "Once"}))
    assert as_user(creator).post(f"/assistants/{assistant.id}/save/", fields, headers=JSON).status_code == 200


def test_without_script_the_form_comes_back_to_the_builder(creator: User, as_user: SignIn) -> None:
    assistant = assistant_of(creator)
    page = as_user(creator).post(f"/assistants/{assistant.id}/save/", typed(assistant), follow=True)
    assert "Saved " in page.text
    assert page.redirect_chain[0][0] == f"/assistants/{assistant.id}/edit/"


def test_a_model_that_is_no_longer_offered_stays_chosen(creator: User, as_user: SignIn, offers: None) -> None:
    assistant = assistant_of(creator, models=("retired",))
    assert '<option value="retired" selected>' in as_user(creator).get(f"/assistants/{assistant.id}/edit/").text


def vars_of(assistant: Assistant) -> dict[str, Any]:
    return {name: getattr(assistant.draft_definition, name) for name in Definition.__dataclass_fields__}

from typing import Any

import pytest

from accounts.models import User
from assistants import services
from assistants.models import Assistant, KnowledgeFile, Offer
from tests.assistants.made import SignIn, assistant_of, typed, upload

pytestmark = pytest.mark.django_db


def page(as_user: SignIn, assistant: Assistant) -> Any:
    return as_user(assistant.owner).get(f"/assistants/{assistant.id}/edit/")


def test_it_shows_the_draft_and_a_frame_to_talk_to_it(creator: User, as_user: SignIn, categories: None) -> None:
    assistant = assistant_of(creator)
    text = page(as_user, assistant).text
    assert "Answers questions about returns." in text
    assert f'<iframe src="/preview/{assistant.id}/"' in text


def test_the_first_unfinished_part_is_open(creator: User, as_user: SignIn, categories: None) -> None:
    complete, bare = assistant_of(creator), assistant_of(creator, instructions="")
    assert page(as_user, complete).context["open_section"] == "knowledge"
    assert page(as_user, bare).context["open_section"] == "instructions"


def test_a_file_in_trouble_is_counted_where_the_parts_are_named(creator: User, as_user: SignIn) -> None:
    assistant = assistant_of(creator)
    services.add_file(base=assistant.knowledge_base, name="scan.pdf", upload=upload())
    KnowledgeFile.objects.update(state="failed", error_code="no_text")
    assert "1 to look at" in page(as_user, assistant).text


def test_what_people_meet_is_named_beside_the_draft(creator: User, as_user: SignIn, categories: None) -> None:
    assistant = assistant_of(creator)
    as_user(creator).post(f"/assistants/{assistant.id}/publish/", typed(assistant))
    text = page(as_user, assistant).text
    assert "v 1 live" in text
    assert "Publish version 2" in text


def test_the_offline_model_is_named_before_publishing(creator: User, as_user: SignIn) -> None:
    Offer.objects.create(name="vitrine-offline", label="Offline", base_url="http://a/v1", is_offline=True)
    assert "offline demonstration model answers here" in page(as_user, assistant_of(creator)).text


def test_an_instance_without_model_says_so(creator: User, as_user: SignIn) -> None:
    assert "No model is set up on this site yet" in page(as_user, assistant_of(creator)).text


def test_nothing_inline_reaches_the_page(creator: User, as_user: SignIn, categories: None) -> None:
    text = page(as_user, assistant_of(creator)).text
    for forbidden in (" style=", " onclick=", "hx-on", "<style"):
        assert forbidden not in text


def test_the_number_of_files_does_not_change_the_number_of_queries(
    creator: User, as_user: SignIn, categories: None, django_assert_max_num_queries: Any
) -> None:
    assistant = assistant_of(creator)
    for number in range(6):
        services.add_file(base=assistant.knowledge_base, name=f"{number}.txt", upload=upload(str(number).encode()))
    browser = as_user(creator)
    with django_assert_max_num_queries(14):
        browser.get(f"/assistants/{assistant.id}/edit/")

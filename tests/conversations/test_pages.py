"""What the pages show, and what they cost."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from accounts.models import User
from assistants import services as assistants
from assistants.knowledge.index import index_file
from assistants.models import Assistant, Passage
from conversations import services
from conversations.engine.citations import citation
from conversations.models import Conversation
from tests.assistants.made import SignIn, upload
from tests.conversations.made import answered, begun, exchanges, guest, known, live_assistant, passage

pytestmark = pytest.mark.django_db
CHAT_QUERIES, INDEX_QUERIES, NEW_QUERIES = 9, 3, 7


@pytest.mark.parametrize("count", [5, 25])
def test_a_chat_costs_the_same_whatever_its_length(
    person: User, assistant: Assistant, as_user: SignIn, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    conversation = exchanges(known(person), assistant, count)
    browser = as_user(person)
    with django_assert_num_queries(CHAT_QUERIES):
        page = browser.get(conversation.get_absolute_url())
    assert page.text.count('data-role="assistant"') == count + 1  # and the pattern for the next


@pytest.mark.parametrize("count", [2, 12])
def test_the_list_costs_the_same_whatever_its_length(
    creator: User,
    person: User,
    as_user: SignIn,
    offers: None,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for number in range(count):
        begun(known(person), live_assistant(creator, name=f"Desk {number}"))
    browser = as_user(person)
    with django_assert_num_queries(INDEX_QUERIES):
        page = browser.get("/c/")
    assert page.text.count("data-row=") == count


def test_the_empty_chat_costs_little(
    person: User, assistant: Assistant, as_user: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = as_user(person)
    with django_assert_num_queries(NEW_QUERIES):
        page = browser.get(f"/c/new/{assistant.slug}/")
    assert assistant.definition.starters[0].title in page.text


def test_the_list_is_grouped_by_day(person: User, assistant: Assistant, as_user: SignIn) -> None:
    ages = {"Today": timedelta(0), "This week": timedelta(days=3), "Earlier": timedelta(days=30)}
    for age in ages.values():
        conversation = begun(known(person), assistant).run.conversation
        Conversation.objects.filter(pk=conversation.pk).update(updated_at=timezone.now() - age)
    history = as_user(person).get("/c/").context["history"]
    assert [(str(label), len(talks)) for label, talks in history] == [("Today", 1), ("This week", 1), ("Earlier", 1)]


def test_previews_are_not_listed(creator: User, assistant: Assistant, as_user: SignIn) -> None:
    begun(known(creator), assistant, surface="preview")
    assert as_user(creator).get("/c/").context["history"] == []


def test_an_answer_is_shown_as_safe_html_with_its_numerals(person: User, assistant: Assistant, as_user: SignIn) -> None:
    sent = begun(known(person), assistant, "<b>Hello</b>")
    text = "Yes **indeed**[1][2] <script>alert(1)</script>"
    answered(sent, text, citations=[citation(1, passage("Indeed."))])
    page = as_user(person).get(f"/c/{sent.run.conversation_id}/").text
    assert "&lt;b&gt;Hello&lt;/b&gt;" in page
    assert "<strong>indeed</strong>" in page
    assert f'href="/messages/{sent.answer.pk}/sources/1/"' in page
    assert "sources/2/" not in page
    assert "<script>alert" not in page


def test_a_source_opens_with_what_stands_around_it(
    creator: User, person: User, assistant: Assistant, as_user: SignIn, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    sentences = (f"Sentence number {number} of the policy stands here." for number in range(60))
    file = assistants.add_file(
        base=assistant.knowledge_base, name="policy.txt", upload=upload(" ".join(sentences).encode())
    )
    index_file(file.pk)
    middle = Passage.objects.filter(file=file).order_by("position")[1]
    cited = citation(1, passage(middle.body, passage_id=middle.pk, file_id=file.pk, heading=middle.heading))
    sent = begun(known(person), assistant)
    answered(sent, "As it says[1].", citations=[cited])
    url = f"/messages/{sent.answer.pk}/sources/1/"
    panel = as_user(person).get(url)
    assert panel.context["before"] and panel.context["after"]
    assert "policy.md" in panel.text  # the name as it was cited
    assistants.remove_file(file=file)
    kept = as_user(person).get(url)
    assert (kept.context["before"], kept.context["after"]) == ("", "")
    assert "Sentence number" in kept.text
    assert as_user(person).get(f"/messages/{sent.answer.pk}/sources/2/").status_code == 404


def test_the_creators_numbers_leave_previews_out(creator: User, person: User, assistant: Assistant) -> None:
    begun(known(person), assistant)
    begun(known(person), assistant)
    begun(guest(), assistant)
    begun(known(creator), assistant, surface="preview")
    assert services.count_by_assistant([assistant.pk]) == {assistant.pk: (3, 2)}


def test_a_preview_is_shown_in_a_frame_of_this_site_only(creator: User, assistant: Assistant, as_user: SignIn) -> None:
    page = as_user(creator).get(f"/preview/{assistant.pk}/")
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in as_user(creator).get("/c/")["Content-Security-Policy"]


def test_a_preview_talks_to_the_draft(creator: User, assistant: Assistant, as_user: SignIn) -> None:
    reply = as_user(creator).post(
        f"/preview/{assistant.pk}/start/", {"text": "Hello"}, headers={"accept": "application/json"}
    )
    conversation = Conversation.objects.get(pk=reply.json()["conversation"])
    assert (conversation.surface, conversation.messages.get(position=1).version) == ("preview", None)


def test_the_chat_leads_back_to_the_listing(person: User, assistant: Assistant, as_user: SignIn) -> None:
    assert f'href="/a/{assistant.slug}/"' in as_user(person).get(f"/c/new/{assistant.slug}/").text


def test_a_live_answer_tells_the_page_where_to_follow_it(person: User, assistant: Assistant, as_user: SignIn) -> None:
    run = begun(known(person), assistant).run
    page = as_user(person).get(f"/c/{run.conversation_id}/").text
    assert f'data-events="/runs/{run.pk}/events/"' in page
    assert f'data-stop="/runs/{run.pk}/stop/"' in page

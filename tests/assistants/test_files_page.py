"""The list of files tells each one's state in words."""

from typing import Any

import pytest

from accounts.models import User
from assistants import pages, services
from assistants.models import Assistant, KnowledgeFile
from tests.assistants.made import SignIn, assistant_of, upload

pytestmark = pytest.mark.django_db
CODES = [
    "locked",
    "no_text",
    "empty",
    "too_big",
    "too_many_pages",
    "too_much_text",
    "zip_bomb",
    "wrong_type",
    "unreadable",
    "timeout",
    "memory",
    "embedding_unavailable",
    "base_full",
    "missing",
    "lost",
    "internal",
]


@pytest.fixture
def assistant(creator: User) -> Assistant:
    made = assistant_of(creator)
    services.add_file(base=made.knowledge_base, name="manual.pdf", upload=upload())
    return made


def listed(as_user: SignIn, assistant: Assistant, **facts: Any) -> str:
    KnowledgeFile.objects.update(**facts)
    return as_user(assistant.owner).get(f"/assistants/{assistant.id}/files/").text


def test_a_file_being_read_says_which_page(as_user: SignIn, assistant: Assistant) -> None:
    text = listed(as_user, assistant, state="reading", progress_done=41, progress_total=120)
    assert "Reading: page 41 of 120" in text
    assert '<progress aria-label="Reading: page 41 of 120" max="120" value="41">' in text


def test_the_list_asks_again_only_while_something_is_unfinished(as_user: SignIn, assistant: Assistant) -> None:
    assert 'hx-trigger="every 1s"' in listed(as_user, assistant, state="indexing")
    assert "hx-trigger" not in listed(as_user, assistant, state="ready", pages=18, passages_count=64)


def test_a_read_file_tells_its_pages_and_passages(as_user: SignIn, assistant: Assistant) -> None:
    assert "18 pages, 64 passages" in listed(as_user, assistant, state="ready", pages=18, passages_count=64)


def test_pages_without_text_are_mentioned(as_user: SignIn, assistant: Assistant) -> None:
    text = listed(as_user, assistant, state="ready", pages=9, error_detail={"pages_without_text": 3})
    assert "3 pages hold no text" in text


def test_every_failure_has_its_own_sentence() -> None:
    files = [KnowledgeFile(state="failed", error_code=code) for code in CODES]
    assert len({pages.describe_problem(file) for file in files}) == len(CODES)


def test_trying_again_is_offered_where_it_can_help(as_user: SignIn, assistant: Assistant) -> None:
    assert "Try again" in listed(as_user, assistant, state="failed", error_code="lost")
    assert "Try again" not in listed(as_user, assistant, state="failed", error_code="no_text")


@pytest.mark.parametrize("code", CODES)
def test_a_sentence_that_says_try_again_stands_beside_the_button(code: str) -> None:
    row = pages.file_row(KnowledgeFile(state="failed", error_code=code))
    assert row.can_retry or "Try again" not in row.problem


def test_an_assistant_without_files_is_invited_to_add_one(creator: User, as_user: SignIn) -> None:
    assistant = assistant_of(creator)
    assert "Add the first file" in as_user(creator).get(f"/assistants/{assistant.id}/files/").text


def test_removing_answers_with_the_list(creator: User, as_user: SignIn, assistant: Assistant) -> None:
    file = assistant.knowledge_base.files.get()
    url = f"/assistants/{assistant.id}/files/{file.id}/remove/"
    response = as_user(creator).post(url, headers={"HX-Request": "true"})
    assert "Add the first file" in response.text


def test_asking_the_files_without_any_says_so(creator: User, as_user: SignIn) -> None:
    assistant = assistant_of(creator)
    page = as_user(creator).get(f"/assistants/{assistant.id}/ask/", {"q": "returns"})
    assert "Nothing found" in page.text

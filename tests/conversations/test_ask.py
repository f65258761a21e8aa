"""Talking from a terminal, through the real worker."""

from io import StringIO

import pytest
import redis as redis_client
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import User
from assistants import services as assistants
from assistants.models import Assistant, KnowledgeFile
from conversations.models import Conversation
from core import redis
from tests.assistants.made import assistant_of, upload
from tests.conversations.made import live_assistant, until
from tests.stack import Stack


def ask(*words: str, **options: object) -> str:
    out = StringIO()
    call_command("ask", *words, stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_the_list_names_those_one_can_talk_to(creator: User) -> None:
    live_assistant(creator, name="Second desk")
    live_assistant(creator, name="First desk")
    assistant_of(creator, name="Draft")
    assert ask("--list").split() == ["first-desk", "second-desk"]


@pytest.mark.django_db
@pytest.mark.parametrize("words", [["nobody", "Hello"], ["nobody"], []])
def test_what_can_not_be_asked_fails(words: list[str]) -> None:
    with pytest.raises(CommandError):
        ask(*words)


@pytest.mark.django_db
def test_an_empty_question_fails(assistant: Assistant) -> None:
    with pytest.raises(CommandError, match="Write something first"):
        ask(assistant.slug, "  ")


@pytest.mark.parametrize("protocol", [2, 3])
def test_an_answer_is_printed_with_its_citations(
    stack: Stack, creator: User, monkeypatch: pytest.MonkeyPatch, protocol: int
) -> None:
    client = redis_client.Redis.from_url(f"{settings.REDIS_URL}?protocol={protocol}", socket_timeout=5)
    monkeypatch.setattr(redis, "client", lambda: client)
    assistant = live_assistant(creator)
    text = b"# Returns\n\nYou may return goods within thirty days of their delivery."
    file = assistants.add_file(base=assistant.knowledge_base, name="policy.md", upload=upload(text))
    until(lambda: KnowledgeFile.objects.get(pk=file.pk).state == "ready", seconds=30)
    answer, source = ask(assistant.slug, "How long may I return goods?").strip().splitlines()
    assert answer.startswith("You may return goods within thirty days")
    assert source.startswith("[1] policy.md")
    assert Conversation.objects.get().surface == "command"


def test_a_failure_is_an_error(stack: Stack, creator: User) -> None:
    with pytest.raises(CommandError, match="refused this site's key"):
        ask(live_assistant(creator).slug, "[[status:401]]")

"""The worker's verb, with a scripted model over real HTTP."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from accounts.models import User
from assistants import services as assistants
from assistants.definition import Capabilities
from assistants.knowledge.index import index_file
from assistants.models import Assistant, Offer
from conversations import services
from conversations.engine import loop
from conversations.engine.keeper import keeper
from conversations.models import Message, Run
from tests.assistants.made import upload
from tests.conversations.made import begun, known, live_assistant, until
from tests.scripted import ScriptedServer

pytestmark = pytest.mark.django_db(transaction=True)
Ask = Callable[[str], Run]


@pytest.fixture
def ask(person: User, assistant: Assistant) -> Ask:
    """Say something and have it answered here, as a worker would."""

    def make(text: str) -> Run:
        run = begun(known(person), assistant, text).run
        loop.execute(run.pk)
        return Run.objects.select_related("answer").get(pk=run.pk)

    return make


def in_thread(run: Run) -> threading.Thread:
    """A worker's thread that answers this run."""
    thread = threading.Thread(target=loop.execute, args=[run.pk])
    thread.start()
    until(lambda: Run.objects.get(pk=run.pk).state == "running")
    return thread


def test_an_answer_is_written_down_with_what_it_cost(ask: Ask) -> None:
    run = ask("[[tokens:20]]")
    assert run.answer.text == " ".join(f"word{n}" for n in range(1, 21))
    assert (run.state, run.attempt, run.model, run.error_code) == ("done", 1, "scripted", "")
    assert run.tokens_in > 0
    assert run.tokens_out == 20
    assert run.finished_at is not None


def test_the_model_reads_the_talk_so_far(ask: Ask, person: User, scripted: ScriptedServer) -> None:
    first = ask("My name is Ada.")
    services.send_message(person=known(person), conversation=first.conversation, text="What is my name?")
    loop.execute(Run.objects.live().get().pk)
    roles = [message["role"] for message in scripted.requests[-1]["messages"]]
    assert roles == ["system", "user", "assistant", "user"]
    assert scripted.requests[-1]["messages"][1]["content"] == "My name is Ada."
    assert scripted.requests[-1]["messages"][0]["content"].startswith("Answer from the files.")


def test_an_answer_cites_the_passages_that_were_found(
    ask: Ask, assistant: Assistant, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    text = b"# Returns\n\nYou may return goods within thirty days of their delivery."
    index_file(assistants.add_file(base=assistant.knowledge_base, name="policy.md", upload=upload(text)).pk)
    run = ask("How long may I return goods?")
    assert run.answer.text == "You may return goods within thirty days of their delivery.[1]"
    (citation,) = run.answer.citations
    assert (citation["n"], citation["file_name"]) == (1, "policy.md")


def test_knowledge_that_is_switched_off_is_not_searched(
    creator: User, person: User, offers: None, scripted: ScriptedServer, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    assistant = live_assistant(creator, capabilities=Capabilities(knowledge=False))
    index_file(assistants.add_file(base=assistant.knowledge_base, name="a.md", upload=upload()).pk)
    loop.execute(begun(known(person), assistant).run.pk)
    assert "passages>" not in scripted.requests[-1]["messages"][0]["content"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[[status:401]]", "key_refused"),
        ("[[status:429 retry=60]]", "rate_limited"),
        ("[[context]]", "context_too_long"),
        ("[[refuse]]", "content_refused"),
        ("[[status:500]]", "provider_failed"),
        ("[[status:404]]", "model_missing"),
        ("[[drop]]", "backend_unreachable"),
    ],
)
def test_each_refusal_of_the_model_ends_the_run_with_its_code(ask: Ask, text: str, code: str) -> None:
    run = ask(text)
    assert (run.state, run.error_code, run.answer.text) == ("failed", code, "")


@pytest.mark.parametrize(
    ("text", "code"), [("[[cut:20 rate:60]]", "stream_cut"), ("[[tokens:20 error:1]]", "provider_failed")]
)
def test_what_had_arrived_before_a_break_is_kept(ask: Ask, text: str, code: str) -> None:
    run = ask(text)
    assert (run.state, run.error_code) == ("failed", code)
    assert run.answer.text.startswith("word1 word2")


def test_a_short_rate_limit_is_waited_out(ask: Ask) -> None:
    assert ask("[[status:429 retry=1 times=1]] Hello").answer.text == "Scripted answer to: Hello"


def test_without_any_model_the_run_says_so(ask: Ask) -> None:
    Offer.objects.all().delete()
    assert ask("Hello").error_code == "no_model"


def test_nobody_answers_for_an_assistant_that_is_gone(person: User, assistant: Assistant) -> None:
    run = begun(known(person), assistant).run
    assistants.withdraw(assistant=assistant)
    loop.execute(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error_code) == ("failed", "assistant_gone")


def test_a_model_that_says_a_nul_is_kept_without(ask: Ask, scripted: ScriptedServer) -> None:
    scripted.script(say="One\x00two")
    assert ask("Hello").answer.text == "Onetwo"


def test_a_task_that_comes_twice_finds_the_run_taken(
    person: User, assistant: Assistant, scripted: ScriptedServer
) -> None:
    run = begun(known(person), assistant, "[[tokens:30 rate:60]]").run
    worker = in_thread(run)
    loop.execute(run.pk)
    worker.join()
    loop.execute(run.pk)
    assert len(scripted.requests) == 1
    assert Run.objects.get().attempt == 1


def test_a_run_that_was_stopped_before_a_worker_took_it_is_left_alone(
    person: User, assistant: Assistant, scripted: ScriptedServer
) -> None:
    run = begun(known(person), assistant).run
    services.stop(run=run)
    loop.execute(run.pk)
    assert scripted.requests == []
    assert Run.objects.get().state == "cancelled"


def test_stopping_closes_the_models_connection_and_keeps_the_part(
    person: User, assistant: Assistant, scripted: ScriptedServer
) -> None:
    run = begun(known(person), assistant, "[[tokens:2000 rate:50]]").run
    worker = in_thread(run)
    until(lambda: scripted.tokens_sent > 5)
    services.stop(run=run)
    worker.join(timeout=5)
    assert not worker.is_alive()
    until(lambda: scripted.disconnects == 1)
    run = Run.objects.select_related("answer").get(pk=run.pk)
    assert run.state == "cancelled"
    assert run.answer.text.startswith("word1 word2")
    assert scripted.tokens_sent < 500


def test_an_answer_that_takes_too_long_is_ended(
    person: User, assistant: Assistant, settings: Settings, scripted: ScriptedServer
) -> None:
    settings.RUN_MAX_SECONDS = 1
    run = begun(known(person), assistant, "[[tokens:2000 rate:50]]").run
    loop.execute(run.pk)
    run = Run.objects.select_related("answer").get(pk=run.pk)
    assert (run.state, run.error_code) == ("failed", "timeout")
    assert run.answer.text.startswith("word1 word2")


def test_a_run_that_another_worker_took_is_let_go(person: User, assistant: Assistant, scripted: ScriptedServer) -> None:
    run = begun(known(person), assistant, "[[tokens:2000 rate:50]]").run
    worker = in_thread(run)
    until(lambda: scripted.tokens_sent > 5)
    Run.objects.filter(pk=run.pk).update(attempt=2, heartbeat_at=Now())
    worker.join(timeout=5)
    assert not worker.is_alive()
    run = Run.objects.select_related("answer").get(pk=run.pk)
    assert (run.state, run.attempt, run.answer.text) == ("running", 2, "")


def test_a_run_whose_conversation_was_deleted_is_let_go(
    person: User, assistant: Assistant, scripted: ScriptedServer
) -> None:
    run = begun(known(person), assistant, "[[tokens:2000 rate:50]]").run
    worker = in_thread(run)
    until(lambda: scripted.tokens_sent > 5)
    run.conversation.delete()
    worker.join(timeout=5)
    assert not worker.is_alive()
    assert scripted.tokens_sent < 500


def test_only_the_attempt_that_holds_the_run_writes_its_end(person: User, assistant: Assistant) -> None:
    sent = begun(known(person), assistant)
    Run.objects.filter(pk=sent.run.pk).update(state="running", attempt=2)
    stale = Run.objects.get()
    stale.attempt = 1
    assert not loop.finish(stale, loop.Outcome("done", text="From the first attempt"))
    assert loop.finish(Run.objects.get(), loop.Outcome("done", text="From the second"))
    assert not loop.finish(Run.objects.get(), loop.Outcome("failed", code="lost"))
    assert Message.objects.get(pk=sent.answer.pk).text == "From the second"


def test_a_live_run_shows_signs_of_life(person: User, assistant: Assistant, settings: Settings) -> None:
    settings.RUN_SILENT_SECONDS = 1
    run = begun(known(person), assistant, "[[tokens:100 rate:50]]").run
    worker = in_thread(run)
    first = Run.objects.get().heartbeat_at
    until(lambda: Run.objects.get().heartbeat_at > first)
    worker.join()


def test_no_connection_is_held_while_the_model_talks(person: User, assistant: Assistant) -> None:
    run = begun(known(person), assistant, "[[tokens:100 rate:50]]").run
    worker = in_thread(run)
    held = []
    for _ in range(10):
        time.sleep(0.1)
        stats = connections["default"].pool.get_stats()
        held.append(stats["pool_size"] - stats["pool_available"])
    worker.join()
    assert min(held) <= 1  # this test's own


def test_what_was_kept_is_released(ask: Ask) -> None:
    ask("Hello")
    assert keeper()._kept == {}

"""Several hands on one file: workers, a creator, and people who ask meanwhile."""

import threading
from collections.abc import Callable

import pytest
from django.core.files.storage import InMemoryStorage
from django.db import connection

from assistants.knowledge import index as indexing
from assistants.knowledge.index import Progress, index_file
from assistants.knowledge.search import search
from assistants.models import KnowledgeBase, KnowledgeFile, Passage
from tests.assistants.knowledge.conftest import FILES, GUIDE, Add
from tests.scripted import ScriptedServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("offers")]


def run_together(*works: Callable[[], object]) -> None:
    def run(work: Callable[[], object]) -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)


def test_a_task_delivered_twice_reads_its_file_once(add: Add) -> None:
    file = add("faq.md")
    run_together(*[lambda: index_file(file.pk)] * 4)
    file.refresh_from_db()
    assert (file.state, file.attempt) == ("ready", 1)
    assert list(file.passages.order_by("position").values_list("position", flat=True)) == list(
        range(file.passages_count)
    )


def test_many_files_at_once_are_all_read(add: Add) -> None:
    files = [add(f"{number}.txt", f"Le fichier numéro {number} parle de soi.") for number in range(8)]
    run_together(*[lambda pk=file.pk: index_file(pk) for file in files])
    assert set(KnowledgeFile.objects.values_list("state", "attempt")) == {("ready", 1)}
    assert Passage.objects.filter(embedding__isnull=False).count() == 8


def test_a_file_deleted_while_it_is_read_leaves_nothing(add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    file = add(GUIDE)
    reached = Progress.reached

    def delete_at_page_five(self: Progress, done: int, total: int, *, at_once: bool = False) -> None:
        if done == 5:
            KnowledgeFile.objects.filter(pk=file.pk).delete()
        reached(self, done, total, at_once=at_once)

    monkeypatch.setattr(Progress, "reached", delete_at_page_five)
    index_file(file.pk)
    assert not Passage.objects.exists()
    assert not KnowledgeFile.objects.exists()


def test_while_a_file_is_read_again_it_is_always_found(index: Add, base: KnowledgeBase) -> None:
    file = index("faq.md")
    KnowledgeFile.objects.update(state="queued")
    done = threading.Event()
    missed: list[int] = []

    def ask() -> None:
        asked = 0
        while not done.is_set() or asked < 3:
            asked += 1
            if not search([base.pk], "Is Python 3.13 supported?", query_vector=[1.0] * 384):
                missed.append(asked)

    def read() -> None:
        index_file(file.pk)
        done.set()

    run_together(ask, read)
    assert missed == []


def test_progress_is_told_in_pages_then_in_passages(add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    file = add(GUIDE)
    monkeypatch.setattr(indexing, "PROGRESS_SECONDS", 0.0)
    seen: list[tuple[str, int, int]] = []
    reached = Progress.reached

    def look(self: Progress, done: int, total: int, *, at_once: bool = False) -> None:
        reached(self, done, total, at_once=at_once)
        seen.append(KnowledgeFile.objects.values_list("state", "progress_done", "progress_total").get(pk=file.pk))

    monkeypatch.setattr(Progress, "reached", look)
    index_file(file.pk)
    file.refresh_from_db()
    assert seen[:2] == [("reading", 1, 41), ("reading", 2, 41)]
    assert seen[41] == ("indexing", 0, file.passages_count)
    assert seen[-1] == ("indexing", file.passages_count, file.passages_count)


def test_progress_is_not_told_more_than_twice_a_second(add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    file = add("a.txt", "Bonjour à tous.")
    notes: list[int] = []
    monkeypatch.setattr(indexing, "_note", lambda file, **facts: notes.append(facts["progress_done"]))
    progress = Progress(file)
    for page in range(1, 100):
        progress.reached(page, 100)
    progress.reached(100, 100, at_once=True)
    assert notes == [1, 100]


def test_a_file_kept_far_away_is_copied_for_its_reader(add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    far = InMemoryStorage()
    monkeypatch.setattr(KnowledgeFile._meta.get_field("upload"), "storage", far)
    file = add("world_gdp.csv", (FILES / "world_gdp.csv").read_bytes())
    index_file(file.pk)
    file.refresh_from_db()
    assert (file.state, file.passages_count) == ("ready", 13)


def test_passages_go_to_the_model_in_batches_with_their_headings(add: Add, scripted: ScriptedServer) -> None:
    file = add("fr_rgaa_glossaire.html")
    scripted.record.embeddings.clear()
    index_file(file.pk)
    file.refresh_from_db()
    sizes = [len(request["input"]) for request in scripted.record.embeddings]
    assert sum(sizes) == file.passages_count
    assert max(sizes) == 32
    assert scripted.record.embeddings[0]["input"][1].startswith("Glossaire - RGAA 3 2017 | Les documents")

"""From a stored file to passages that are found."""

import os
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from assistants import offers as offered
from assistants import tasks
from assistants.knowledge import index as indexing
from assistants.knowledge import passages
from assistants.knowledge.index import index_file, queue_outdated, title_of
from assistants.knowledge.search import search
from assistants.knowledge.split import Piece
from assistants.models import KnowledgeBase, KnowledgeFile, Offer, Passage
from tests.assistants.knowledge.conftest import GUIDE, Add


def bodies(file: KnowledgeFile) -> list[str]:
    return list(file.passages.order_by("position").values_list("body", flat=True))


def test_a_pdf_becomes_passages_with_page_words_and_meaning(index: Add, offers: None, base: KnowledgeBase) -> None:
    file = index(GUIDE)
    base.refresh_from_db()
    assert (file.state, file.pages, file.language, file.regconfig) == ("ready", 41, "fr", "french")
    assert file.passages_count == file.passages.count() == file.progress_done == file.progress_total > 100
    assert not file.passages.filter(embedding=None).exists()
    assert base.embedder == offered.embedder().tag
    passage = file.passages.get(body__startswith="Le niveau légalement attendu")
    assert (passage.page, passage.heading.split(" › ")[0]) == (10, "RGAA 3 2017 – Guide d’accompagnement")
    assert passage.length > 20


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("password_protected.pdf", None, "locked"),
        ("scan_no_text.pdf", None, "no_text"),
        ("a.txt", b" ", "empty"),
        ("a.pdf", b"<!doctype html><p>Sign in", "wrong_type"),
        ("b.pdf", b"%PDF-1.7 and nothing else", "unreadable"),
        ("c.png", b"\x89PNG" + bytes(99), "wrong_type"),
    ],
)
def test_a_bad_file_fails_with_its_code_and_the_others_go_on(
    add: Add, index: Add, offers: None, name: str, content: bytes | None, code: str
) -> None:
    bad, good = add(name, content), index("a.md", "# Horaires\nLe musée ouvre à dix heures.")
    index_file(bad.pk)
    bad.refresh_from_db()
    assert (bad.state, bad.error_code, bad.passages_count) == ("failed", code, 0)
    assert good.state == "ready"


def test_limits_come_from_the_settings(index: Add, offers: None, settings: Settings) -> None:
    settings.KNOWLEDGE_MAX_FILE_BYTES = 1000
    file = index("world_gdp.csv")
    assert (file.error_code, file.error_detail) == ("too_big", {"size": 4515, "limit": 1000})


def test_a_full_base_takes_no_more_and_loses_nothing(add: Add, index: Add, offers: None, settings: Settings) -> None:
    kept = index("world_gdp.csv")
    settings.KNOWLEDGE_MAX_PASSAGES = kept.passages_count + 1
    more = index("fr_etalab_open_data_faq.xlsx")
    assert (more.error_code, more.error_detail["limit"]) == ("base_full", kept.passages_count + 1)
    assert Passage.objects.count() == kept.passages_count


def test_reading_again_replaces_the_passages_and_keeps_what_was_switched_off(index: Add, offers: None) -> None:
    file = index("faq.md")
    before = bodies(file)
    file.passages.filter(position=1).update(is_enabled=False)
    KnowledgeFile.objects.update(state="queued")
    index_file(file.pk)
    assert bodies(file) == before
    assert [p.is_enabled for p in file.passages.order_by("position")].count(False) == 1
    assert not file.passages.get(position=1).is_enabled


def test_a_file_that_is_taken_or_done_is_left_alone(index: Add, offers: None) -> None:
    file = index("faq.md")
    first = file.passages.first()
    index_file(file.pk)
    index_file("file_of_nobody")
    file.refresh_from_db()
    assert file.attempt == 1
    assert file.passages.first() == first


def test_without_the_embedding_model_words_alone_are_found(index: Add, no_embedder: None, base: KnowledgeBase) -> None:
    file = index("a.md", "# Horaires\nLe musée ouvre à dix heures.")
    assert (file.state, file.error_code) == ("failed", "embedding_unavailable")
    assert [found.body for found in search([base.pk], "À quelle heure ouvre le musée ?")] == [
        "Le musée ouvre à dix heures."
    ]


def test_without_any_embedding_model_on_offer_the_file_says_so(index: Add) -> None:
    assert index("a.txt", "Bonjour à tous.").error_code == "embedding_unavailable"


def test_an_attempt_that_was_overtaken_writes_nothing(add: Add, offers: None) -> None:
    stale = add("a.txt", "Bonjour à tous.")
    KnowledgeFile.objects.update(state="reading", attempt=2)
    stale.attempt = 1
    with pytest.raises(passages.TakenOver):
        passages.replace(stale, [Piece(0, None, "", "Bonjour.")])
    assert not Passage.objects.exists()


def test_a_stored_file_that_is_gone_is_told(add: Add, offers: None) -> None:
    file = add("a.txt", "Bonjour à tous.")
    os.remove(file.upload.path)
    index_file(file.pk)
    file.refresh_from_db()
    assert file.error_code == "missing"


def test_another_embedding_model_makes_the_whole_base_be_read_again(
    index: Add, offers: None, base: KnowledgeBase
) -> None:
    old = index("a.txt", "Le premier texte, avec ses mots.")
    Offer.objects.filter(kind="embedding").update(name="another-model")
    offered.forget()
    index("b.txt", "Le second texte, avec les siens.")
    old.refresh_from_db()
    base.refresh_from_db()
    assert (old.state, old.attempt, base.embedder) == ("ready", 1, offered.embedder().tag)
    assert not Passage.objects.filter(embedding=None).exists()


def test_files_of_an_old_embedding_model_are_queued_once_the_new_one_answers(index: Add, offers: None) -> None:
    file = index("a.txt", "Le premier texte, avec ses mots.")
    assert queue_outdated() == []
    KnowledgeBase.objects.update(embedder="an older model")
    assert queue_outdated() == [file.pk]
    assert queue_outdated() == []
    index_file(file.pk)
    assert KnowledgeBase.objects.get().embedder == offered.embedder().tag


def test_a_sweep_after_a_change_of_the_embedding_model_queues_files(index: Add, offers: None) -> None:
    file = index("a.txt", "Le premier texte, avec ses mots.")
    Offer.objects.filter(kind="embedding").update(name="another-model")
    offered.forget()
    tasks.sweep_files()
    file.refresh_from_db()
    assert file.state == "queued"


def test_nothing_is_queued_while_the_new_embedding_model_is_away(index: Add, no_embedder: None) -> None:
    index("a.txt", "Le premier texte, avec ses mots.")
    KnowledgeFile.objects.update(state="ready")
    KnowledgeBase.objects.update(embedder="an older model")
    assert queue_outdated() == []


def test_a_busy_process_leaves_files_waiting_and_takes_them_when_it_is_done(add: Add, offers: None) -> None:
    waiting, last = add("a.txt", "Le premier texte."), add("b.txt", "Le second texte.")
    places = []
    while indexing._places.acquire(blocking=False):
        places.append(indexing._places)
    index_file(waiting.pk)
    assert KnowledgeFile.objects.get(pk=waiting.pk).state == "queued"
    for place in places:
        place.release()
    index_file(last.pk)
    assert set(KnowledgeFile.objects.values_list("state", flat=True)) == {"ready"}


@pytest.mark.django_db(transaction=True)
def test_a_file_in_work_shows_a_sign_of_life(add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    file = add("a.txt", "Bonjour à tous.")
    KnowledgeFile.objects.update(heartbeat_at=timezone.now() - timedelta(hours=1))
    monkeypatch.setattr(indexing, "HEARTBEAT_SECONDS", 0.02)
    with indexing._heartbeat(file):
        time.sleep(0.3)
    file.refresh_from_db()
    assert file.heartbeat_at is not None
    assert timezone.now() - file.heartbeat_at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("title", "name", "expected"),
    [
        ("Guide du  RGAA", "a.pdf", "Guide du RGAA"),
        ("", "guide_du_rgaa.pdf", "guide du rgaa"),
        ("Microsoft Word - note.docx", "note.pdf", "note"),
        ("Présentation PowerPoint", "cours.pptx", "cours"),
        ("Untitled", "Été 2026.pdf", "Été 2026"),
    ],
)
def test_a_title_is_the_documents_own_or_the_files_name(title: str, name: str, expected: str) -> None:
    assert title_of(title, name) == expected

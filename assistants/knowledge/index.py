"""Reading a file into passages that are found: first by their words, within seconds, then by their meaning."""

import logging
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.db.models import F
from django.utils import timezone

from assistants import offers
from assistants.knowledge import limits, passages, pool
from assistants.knowledge.extract.blocks import ExtractionError
from assistants.knowledge.problems import EMBEDDING_UNAVAILABLE, INTERNAL, MISSING
from assistants.knowledge.reader import read_file
from assistants.knowledge.split import Piece, split
from assistants.models import KnowledgeBase, KnowledgeFile
from backends.embeddings import BATCH
from backends.errors import BackendError
from core.errors import AppError

logger = logging.getLogger(__name__)

State = KnowledgeFile.State
HEARTBEAT_SECONDS = 15.0
PROGRESS_SECONDS = 0.5
# Titles that programs write when nobody gave one.
NO_TITLE = re.compile(
    r"untitled.*|sans titre.*|microsoft .*|powerpoint.*|pr[ée]sentation( powerpoint)?|document ?\d*|.*\.[a-z]{3,4}",
    re.I,
)

_places = threading.BoundedSemaphore(limits.readers())


def index_file(file_id: str) -> None:
    """Read this file if it still waits, then the others that wait.

    Returns at once while this process reads as many as it may: the file stays queued, and whoever is done first takes
    it. So no thread of a worker stands idle before a slow file.
    """
    waiting: str | None = file_id
    while waiting and _places.acquire(blocking=False):
        try:
            if file := _claim(waiting):
                _index(file)
        finally:
            _places.release()
        waiting = KnowledgeFile.objects.filter(state=State.QUEUED).values_list("pk", flat=True).first()
    pool.give_back()


def queue_outdated() -> list[str]:
    """After a change of the embedding model: queue files that the old one indexed, once the new one answers."""
    try:
        embedder = offers.embedder()
        outdated = KnowledgeBase.objects.exclude(embedder__in=["", embedder.tag])
        if not outdated.filter(files__state=State.READY).exists():
            return []
        embedder.embed_query("Is anybody there?")
    except (BackendError, AppError):
        return []
    return passages.queue_outdated(embedder.tag)


def title_of(title: str, name: str) -> str:
    """The document's own title, else its file's name without the ending."""
    title = " ".join(title.split())
    return PurePath(name).stem.replace("_", " ") if not title or NO_TITLE.fullmatch(title) else title


def _claim(file_id: str) -> KnowledgeFile | None:
    """Make a waiting file ours; nothing when somebody else was faster."""
    waiting = KnowledgeFile.objects.filter(pk=file_id, state=State.QUEUED)
    claimed = waiting.update(
        state=State.READING,
        attempt=F("attempt") + 1,
        heartbeat_at=timezone.now(),
        progress_done=0,
        progress_total=0,
        error_code="",
        error_detail={},
    )
    return KnowledgeFile.objects.filter(pk=file_id).first() if claimed else None


def _index(file: KnowledgeFile) -> None:
    """Do the work; every failure ends as a code and its facts, which `problems.describe` puts into words."""
    started = time.monotonic()
    try:
        with _heartbeat(file):
            _read_and_index(file)
    except passages.TakenOver:
        logger.info("File %s: taken over or deleted", file.pk)
    except (ExtractionError, passages.BaseFull) as error:
        _fail(file, str(error.code), error.detail)
    except (BackendError, AppError) as error:
        _fail(file, EMBEDDING_UNAVAILABLE, {"reason": error.code})
    except FileNotFoundError:
        _fail(file, MISSING, {})
    except Exception:
        logger.exception("File %s", file.pk)
        _fail(file, INTERNAL, {})
    logger.info("File %s: %s, %.1f s", file.pk, file.state, time.monotonic() - started)


def _read_and_index(file: KnowledgeFile) -> None:
    progress = Progress(file)
    pool.give_back()
    with _on_disk(file) as path:
        document = read_file(path, file.name, limits=limits.reading(), on_progress=progress.reached)
    pieces = split(document.blocks, title_of(document.title, file.name))
    passages.replace(file, pieces)
    silent = {"pages_without_text": document.pages_without_text} if document.pages_without_text else {}
    _note(file, state=State.INDEXING, pages=document.pages, error_detail=silent)
    _embed(file, pieces, progress)
    _note(file, state=State.READY, progress_done=len(pieces), progress_total=len(pieces))


def _embed(file: KnowledgeFile, pieces: list[Piece], progress: "Progress") -> None:
    embedder = offers.embedder()
    passages.adopt_embedder(file, embedder.tag)
    progress.reached(0, len(pieces), at_once=True)
    for start in range(0, len(pieces), BATCH):
        batch = pieces[start : start + BATCH]
        pool.give_back()
        vectors = embedder.embed_passages([passages.embedded_text(piece) for piece in batch])
        passages.store_vectors(file, batch, vectors)
        progress.reached(start + len(batch), len(pieces))


class Progress:
    """Tells how far a file has come, at most twice a second."""

    def __init__(self, file: KnowledgeFile) -> None:
        self._file = file
        self._told_at = 0.0

    def reached(self, done: int, total: int, *, at_once: bool = False) -> None:
        """Pages while reading, passages while indexing."""
        now = time.monotonic()
        if at_once or now - self._told_at >= PROGRESS_SECONDS:
            self._told_at = now
            _note(self._file, progress_done=done, progress_total=total)
            pool.give_back()


def _note(file: KnowledgeFile, **facts: Any) -> None:
    """Write to the file's row while it is ours."""
    mine = KnowledgeFile.objects.unfinished().filter(pk=file.pk, attempt=file.attempt)
    if not mine.update(heartbeat_at=timezone.now(), **facts):
        raise passages.TakenOver
    for name, value in facts.items():
        setattr(file, name, value)


def _fail(file: KnowledgeFile, code: str, detail: dict[str, Any]) -> None:
    try:
        _note(file, state=State.FAILED, error_code=code, error_detail=detail)
    except passages.TakenOver:
        logger.info("File %s: taken over or deleted", file.pk)


@contextmanager
def _heartbeat(file: KnowledgeFile) -> Iterator[None]:
    """Show that the file is being worked on, also while its parser or the model is silent."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(HEARTBEAT_SECONDS):
            KnowledgeFile.objects.filter(pk=file.pk, attempt=file.attempt).update(heartbeat_at=timezone.now())
            connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat {file.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextmanager
def _on_disk(file: KnowledgeFile) -> Iterator[Path]:
    """The stored file as a path: itself on a disk of ours, else a copy for as long as it is read."""
    if isinstance(file.upload.storage, FileSystemStorage):
        yield Path(file.upload.path)
        return
    with tempfile.NamedTemporaryFile(prefix="vitrine-") as copy, file.upload.open("rb") as stored:
        for chunk in stored.chunks():
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)

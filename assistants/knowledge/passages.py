"""Writing passages: their words at once, their vectors as they come."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from assistants.knowledge.language import detect, fold, regconfig
from assistants.knowledge.limits import max_passages
from assistants.knowledge.problems import BASE_FULL
from assistants.knowledge.split import Piece
from assistants.models import KnowledgeBase, KnowledgeFile, Passage

ROWS_A_STATEMENT = 500

# Words are kept twice: stemmed in the file's language, and as they are without accents. Both are asked together.
INSERT_SQL = """
insert into assistants_passage
  (base_id, file_id, position, page, heading, body, is_enabled, lexemes, length, embedding)
select %(base)s, %(file)s, position, page, heading, body, is_enabled, lexemes,
  (select coalesce(sum(cardinality(positions)), 0) from unnest(lexemes)), null
from (
  select *, to_tsvector(%(config)s::regconfig, heading || ' ' || body) || to_tsvector('simple', folded) as lexemes
  from unnest(%(position)s::int[], %(page)s::int[], %(heading)s::text[], %(body)s::text[], %(folded)s::text[],
    %(is_enabled)s::bool[]) as piece (position, page, heading, body, folded, is_enabled)
) pieces
"""
EMBED_SQL = """
update assistants_passage p set embedding = given.vector::halfvec
from unnest(%(position)s::int[], %(vector)s::text[]) as given (position, vector)
where p.file_id = %(file)s and p.position = given.position
"""


class BaseFull(Exception):
    """No room for this many passages."""

    code = BASE_FULL

    def __init__(self, limit: int, wanted: int) -> None:
        super().__init__(limit, wanted)
        self.detail = {"limit": limit, "wanted": wanted}


class TakenOver(Exception):
    """Another attempt holds the file, or the file is gone: what this one has is of no use."""


def embedded_text(piece: Piece) -> str:
    """What a passage means is told by its heading too."""
    return f"{piece.heading}\n{piece.body}" if piece.heading else piece.body


@transaction.atomic
def replace(file: KnowledgeFile, pieces: Sequence[Piece]) -> None:
    """Exchange the file's passages in one go: the old ones are found until the new ones are. Words only, as yet."""
    KnowledgeBase.objects.select_for_update().get(pk=file.base_id)
    hold(file)
    others = Passage.objects.filter(base_id=file.base_id).exclude(file_id=file.pk).count()
    if others + len(pieces) > max_passages():
        raise BaseFull(max_passages(), others + len(pieces))
    old = Passage.objects.filter(file_id=file.pk)
    switched_off = set(old.filter(is_enabled=False).values_list("body", flat=True))
    old.delete()
    file.language = detect(" ".join(piece.body for piece in pieces[:: max(1, len(pieces) // 20)]))
    file.regconfig = regconfig(file.language)
    for start in range(0, len(pieces), ROWS_A_STATEMENT):
        _insert(file, pieces[start : start + ROWS_A_STATEMENT], switched_off)
    file.passages_count = len(pieces)
    file.save(update_fields=["language", "regconfig", "passages_count"])


def _insert(file: KnowledgeFile, pieces: Sequence[Piece], switched_off: set[str]) -> None:
    facts: dict[str, Any] = {
        "base": file.base_id,
        "file": file.pk,
        "config": file.regconfig,
        "position": [piece.position for piece in pieces],
        "page": [piece.page for piece in pieces],
        "heading": [piece.heading for piece in pieces],
        "body": [piece.body for piece in pieces],
        "folded": [fold(f"{piece.heading} {piece.body}") for piece in pieces],
        "is_enabled": [piece.body not in switched_off for piece in pieces],
    }
    with connection.cursor() as cursor:
        cursor.execute(INSERT_SQL, facts)


@transaction.atomic
def store_vectors(file: KnowledgeFile, pieces: Sequence[Piece], vectors: Sequence[Sequence[float]]) -> None:
    """Give passages their meaning."""
    hold(file)
    facts: dict[str, Any] = {
        "file": file.pk,
        "position": [piece.position for piece in pieces],
        "vector": [str(list(vector)) for vector in vectors],
    }
    with connection.cursor() as cursor:
        cursor.execute(EMBED_SQL, facts)


def hold(file: KnowledgeFile) -> None:
    """Lock the file's row for this transaction; `TakenOver` when this attempt no longer owns it."""
    mine = KnowledgeFile.objects.select_for_update().filter(pk=file.pk, attempt=file.attempt)
    if not mine.unfinished().exists():
        raise TakenOver


@transaction.atomic
def adopt_embedder(file: KnowledgeFile, tag: str) -> None:
    """Vectors of two models cannot be compared: when the model changes, the base's other files are read again."""
    base = KnowledgeBase.objects.select_for_update().get(pk=file.base_id)
    if base.embedder == tag:
        return
    Passage.objects.filter(base=base, embedding__isnull=False).update(embedding=None)
    others = base.files.filter(state=KnowledgeFile.State.READY).exclude(pk=file.pk)
    others.update(state=KnowledgeFile.State.QUEUED, attempt=0, heartbeat_at=timezone.now())
    base.embedder = tag
    base.save(update_fields=["embedder"])


def queue_outdated(tag: str, limit: int = 50) -> list[str]:
    """Have files read again whose base's vectors another model made; gives their ids."""
    ready = KnowledgeFile.objects.filter(state=KnowledgeFile.State.READY, passages_count__gt=0)
    outdated = ready.exclude(base__embedder__in=["", tag]).values_list("pk", flat=True)[:limit]
    waiting = {"state": KnowledgeFile.State.QUEUED, "attempt": 0, "heartbeat_at": timezone.now()}
    return [pk for pk in outdated if ready.filter(pk=pk).update(**waiting)]

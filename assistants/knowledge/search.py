"""Finding passages: by words (BM25 over the stored lexemes) and by meaning (exact cosine), mixed as measured.

The mix, its weight and the choice of an exact scan were measured on seven question sets;
`bench/retrieval.py` repeats it.
"""

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Sum

from assistants import offers
from assistants.knowledge import pool
from assistants.knowledge.language import SIMPLE, content_words, detect, fold, regconfig
from assistants.models import KnowledgeFile, Passage
from backends.embeddings import Embedder
from backends.errors import BackendError
from core.errors import AppError

logger = logging.getLogger(__name__)

# How many of each ranking are mixed; fewer lose answers, more change nothing.
CANDIDATES = 50
# A passage of which this share of word sequences stands in a better one says nothing new.
REPEATED = 0.85
SHINGLE = 5
QUESTION_CHARS = 4000
# Small words ("comment", "who") help a little to tell questions apart, but stand in nearly every passage: above this
# many passages reading them all costs more than it brings.
MANY_PASSAGES = 5000

# BM25 with k1 = 1.2 and b = 0.75. A word's frequency is the number of its positions in the passage's lexemes.
WORDS_SQL = """
with question as (
  select array(
    select unnest(tsvector_to_array(to_tsvector(%(config)s::regconfig, %(question)s)))
    union select unnest(tsvector_to_array(to_tsvector('simple', %(folded)s)))
  ) as words
), asked as materialized (
  select words, (
    select string_agg('''' || replace(replace(word, '\\', '\\\\'), '''', '''''') || '''', ' | ') from unnest(words) word
  )::tsquery as query from question
), hits as (
  select p.id, l.lexeme, cardinality(l.positions)::float8 as tf, p.length::float8
  from asked, assistants_passage p, unnest(p.lexemes) l
  where p.base_id = any(%(bases)s) and p.is_enabled and (p.lexemes @@ asked.query) is true
    and l.lexeme = any(asked.words)
), size as (
  select count(*)::float8 as n, avg(length)::float8 as mean from assistants_passage
  where base_id = any(%(bases)s) and is_enabled
), weights as (
  select lexeme, ln(1::float8 + (n - count(*) + .5::float8) / (count(*) + .5::float8)) as idf
  from hits, size group by lexeme, n
)
select 'words' as ranking, id, sum(idf * tf * 2.2::float8 / (tf + .3::float8 + .9::float8 * length / mean)) as score
from hits join weights using (lexeme), size group by id order by score desc, id limit %(candidates)s
"""

# The dimension of a base's vectors is its embedder's own: a base made by another embedder must not be compared.
MEANING_SQL = """
select 'meaning' as ranking, p.id, (1 - (p.embedding <=> %(vector)s::halfvec))::float8 as score
from assistants_passage p join assistants_knowledgebase b on b.id = p.base_id
where p.base_id = any(%(bases)s) and p.is_enabled and p.embedding is not null and b.embedder = %(embedder)s
order by p.embedding <=> %(vector)s::halfvec, p.id limit %(candidates)s
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that may answer. `score` orders one search's results; the parts are BM25 and cosine as they came."""

    passage_id: int
    file_id: str
    file_name: str
    page: int | None
    heading: str
    body: str
    score: float
    words_score: float
    meaning_score: float


def search(
    base_ids: Sequence[str], question: str, *, limit: int = 8, query_vector: Sequence[float] | None = None
) -> list[Found]:
    """The best passages of these bases, best first. Who may read a base is for the caller to know.

    Words alone decide while the embedding model is away or a file's vectors are not in yet. `query_vector` saves the
    call to the model; it must come from the present embedder.
    """
    question = question.replace("\x00", "").strip()[:QUESTION_CHARS]
    bases = [base_id for base_id in base_ids if base_id]
    size = Passage.objects.filter(base_id__in=bases, is_enabled=True).count() if question and bases else 0
    if not size:
        return []
    words = {
        "config": _config(bases, question),
        "question": question,
        "folded": fold(question) if size <= MANY_PASSAGES else content_words(question),
    }
    embedder, vector = _meaning_of(question, query_vector)
    found = _best(bases, words, vector, embedder, limit * 3)
    # A file that is read again gives its passages new ids: what was ranked may be gone before it is loaded.
    found = found if found is not None else _best(bases, words, vector, embedder, limit * 3)
    return without_repeats(found or [], limit)


def _best(
    bases: list[str], words: dict[str, str], vector: Sequence[float] | None, embedder: Embedder | None, limit: int
) -> list[Found] | None:
    """The passages that rank highest; None when all were exchanged between ranking and loading."""
    by_words, by_meaning = _rankings(bases, words, vector, embedder)
    scores = mix(by_words, by_meaning, embedder.vector_weight if embedder else 0.0)
    best = sorted(scores, key=lambda key: (-scores[key], key))[:limit]
    found = _load(best, scores, by_words, by_meaning)
    return found if found or not best else None


def neighbours(passage_id: int, before: int, after: int) -> tuple[list[str], list[str]]:
    """The bodies around a passage in its file, at most five a side, without the text that neighbours share."""
    middle = Passage.objects.only("file_id", "position", "body").get(pk=passage_id)
    around = Passage.objects.filter(
        file_id=middle.file_id,
        position__gte=middle.position - min(before, 5),
        position__lte=middle.position + min(after, 5),
    )
    rows = dict(around.order_by("position").values_list("position", "body"))
    trimmed = {middle.position: middle.body}
    for position, body in rows.items():
        previous = rows.get(position - 1, "")
        if position < middle.position:
            trimmed[position] = _cut_end(body, rows.get(position + 1, ""))
        elif position > middle.position:
            trimmed[position] = body[_shared(previous, body) :].lstrip()
    return (
        [text for position, text in sorted(trimmed.items()) if position < middle.position],
        [text for position, text in sorted(trimmed.items()) if position > middle.position],
    )


def mix(by_words: dict[int, float], by_meaning: dict[int, float], weight: float) -> dict[int, float]:
    """Both rankings stretched to 0..1 and added; a passage missing from one counts nothing there."""
    words, meaning = _stretched(by_words), _stretched(by_meaning)
    return {
        key: (1 - weight) * words.get(key, 0.0) + weight * meaning.get(key, 0.0)
        for key in words.keys() | meaning.keys()
    }


def without_repeats(found: Iterable[Found], limit: int) -> list[Found]:
    """Leave out a passage that mostly repeats a better one: a copy of a file, or a neighbour that overlaps it."""
    kept: list[Found] = []
    said: set[tuple[str, ...]] = set()
    for passage in found:
        shingles = _shingles(passage.body)
        if shingles and len(shingles & said) >= REPEATED * len(shingles):
            continue
        said |= shingles
        kept.append(passage)
        if len(kept) == limit:
            break
    return kept


def _meaning_of(question: str, given: Sequence[float] | None) -> tuple[Embedder | None, Sequence[float] | None]:
    """The embedder and the question's vector; neither when the model does not answer."""
    try:
        embedder = offers.embedder()
        if given is None:
            pool.give_back()
            given = embedder.embed_query(question)
    except (BackendError, AppError) as error:
        logger.warning("Searching by words alone: %s", error)
        return None, None
    return embedder, given


def _config(bases: list[str], question: str) -> str:
    """How to stem the question: in its own language, else in the one that most passages are in."""
    if language := detect(question):
        return regconfig(language)
    files = KnowledgeFile.objects.filter(base_id__in=bases).order_by().values_list("regconfig")
    most = files.annotate(weight=Sum("passages_count")).order_by("-weight").first()
    return most[0] if most else SIMPLE


def _rankings(
    bases: list[str], words: dict[str, str], vector: Sequence[float] | None, embedder: Embedder | None
) -> tuple[dict[int, float], dict[int, float]]:
    """BM25 and cosine by passage id, in one round trip."""
    parts = [WORDS_SQL]
    facts: dict[str, Any] = {**words, "bases": bases, "candidates": CANDIDATES}
    if vector is not None and embedder is not None:
        parts.append(MEANING_SQL)
        facts |= {"vector": str(list(vector)), "embedder": embedder.tag}
    found: dict[str, dict[int, float]] = {"words": {}, "meaning": {}}
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(f"({part})" for part in parts), facts)
        for ranking, key, score in cursor.fetchall():
            found[ranking][key] = score
    return found["words"], found["meaning"]


def _load(
    ids: Sequence[int], scores: dict[int, float], by_words: dict[int, float], by_meaning: dict[int, float]
) -> list[Found]:
    rows = Passage.objects.filter(pk__in=ids).select_related("file").defer("lexemes", "embedding")
    passages = {passage.pk: passage for passage in rows}
    return [
        Found(
            passage_id=key,
            file_id=passages[key].file_id,
            file_name=passages[key].file.name,
            page=passages[key].page,
            heading=passages[key].heading,
            body=passages[key].body,
            score=scores[key],
            words_score=by_words.get(key, 0.0),
            meaning_score=by_meaning.get(key, 0.0),
        )
        for key in ids
        if key in passages
    ]


def _stretched(scores: dict[int, float]) -> dict[int, float]:
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    return {key: (score - low) / (high - low) if high > low else 1.0 for key, score in scores.items()}


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    size = min(SHINGLE, len(words))
    return {tuple(words[start : start + size]) for start in range(len(words) - size + 1)} if words else set()


def _shared(first: str, second: str) -> int:
    """How many characters the end of one text shares with the beginning of the next."""
    sizes = range(min(len(first), len(second)), 0, -1)
    return next((size for size in sizes if first.endswith(second[:size])), 0)


def _cut_end(body: str, following: str) -> str:
    shared = _shared(body, following)
    return body[: len(body) - shared].rstrip()

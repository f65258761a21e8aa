"""Finding listings: by name (typing errors forgiven), then by words, then by meaning.

Postgres has no trigram or unaccent extension here, so names and words are folded in Python on both sides.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast
from pgvector.django import CosineDistance
from rapidfuzz import fuzz

from assistants.knowledge.language import STOPWORDS
from store.models import Listing

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})
SMALL_WORDS = frozenset[str]().union(*STOPWORDS.values())
CONFIGS = {"fr": "french", "en": "english"}
# Of 100: 'debogeur pasient' against 'debogueur patient' scores 91, unrelated names stay under 65.
NAME_SCORE = 78
NAMES = 8
WORDS = 24
MEANINGS = 12
# Beyond this cosine distance MiniLM's neighbours are strangers in English; in French all is near, so the band is
# also cut at a distance from its best.
FARTHEST = 0.80
BEHIND_BEST = 0.18


@dataclass(frozen=True, slots=True)
class Meaning:
    """A vector and the tag of the embedder that made it."""

    vector: Sequence[float]
    embedder: str


@dataclass(frozen=True, slots=True)
class Bands:
    """What was found, the surest first; no listing stands in two bands."""

    name: list[Listing] = field(default_factory=list)
    words: list[Listing] = field(default_factory=list)
    meaning: list[Listing] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many listings in all."""
        return len(self.name) + len(self.words) + len(self.meaning)


def fold(text: str) -> str:
    """Small letters without accents, one space between words; apostrophes and hyphens part words like spaces."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(LIGATURES))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", plain))


def find(listings: QuerySet[Listing], query: str, meaning: Meaning | None) -> Bands:
    """Search among these listings; without the query's meaning the third band stays empty."""
    names = by_name(listings, query)
    words = _without(by_words(listings, query), names)
    meanings = _without(by_meaning(listings, meaning), [*names, *words]) if meaning else []
    return Bands(names, words, meanings)


def by_name(listings: QuerySet[Listing], query: str, limit: int = NAMES) -> list[Listing]:
    """Names that hold the query, or nearly do."""
    folded = fold(query)
    if len(folded) < 2:
        return []
    names = dict(listings.values_list("pk", "folded_name"))
    scored = {pk: _name_score(folded, name) for pk, name in names.items()}
    best = sorted((pk for pk in scored if scored[pk] >= NAME_SCORE), key=lambda pk: (-scored[pk], names[pk]))[:limit]
    found = listings.in_bulk(best)
    return [found[pk] for pk in best]


def _name_score(query: str, name: str) -> float:
    """100 when the name begins with the query, a little less when it holds it, else how alike they are written."""
    if name.startswith(query):
        return 100
    if f" {query}" in f" {name}":
        return 98
    if len(query) < 4:
        return 0
    whole = fuzz.ratio(query, name)
    return max(whole, 0.95 * fuzz.partial_ratio(query, name)) if len(query) >= 6 else whole


def by_words(listings: QuerySet[Listing], query: str, limit: int = WORDS) -> list[Listing]:
    """Listings whose texts hold words of the query, those with more of them first."""
    tsquery = _any_word(query)
    if tsquery is None:
        return []
    ranked = listings.filter(lexemes=tsquery).annotate(rank=SearchRank(F("lexemes"), tsquery, normalization=Value(1)))
    return list(ranked.order_by("-rank", "number")[:limit])


def _any_word(query: str) -> SearchQuery | None:
    """Any of the words: stemmed in each language, and folded as they are."""
    # Small words vanish in their own language only: the other's configuration would look for them.
    words = [word for word in re.findall(r"\w+", query.lower()) if len(word) > 2 and word not in SMALL_WORDS][:16]
    if not words:
        return None
    long = [fold(word) for word in words if len(word) > 4]
    queries = [SearchQuery(word, config=config) for word in words for config in CONFIGS.values()]
    queries += [SearchQuery(word, config="simple") for word in long if word]
    combined = queries[0]
    for other in queries[1:]:
        combined |= other
    return combined


def by_meaning(listings: QuerySet[Listing], meaning: Meaning, limit: int = MEANINGS) -> list[Listing]:
    """The nearest in meaning, while they stay near. Those that wait for the vector of a new model are left out."""
    nearest = (
        listings.filter(embedding__isnull=False, embedder=meaning.embedder)
        .annotate(distance=CosineDistance("embedding", list(meaning.vector)))
        .order_by("distance")[:limit]
    )
    found = list(nearest)
    bound = min(FARTHEST, found[0].distance + BEHIND_BEST) if found else 0
    return [listing for listing in found if listing.distance <= bound]


class ToTsvector(Func):
    """`to_tsvector(config, text)`."""

    function = "to_tsvector"
    template = "%(function)s('%(config)s'::regconfig, %(expressions)s)"


def lexemes(text: str, language: str) -> Func:
    """The words of a listing's text: stemmed in its language, and folded as they are."""
    config = CONFIGS.get(language, "simple")
    stemmed = ToTsvector(Cast(Value(text), TextField()), config=config)
    plain = ToTsvector(Cast(Value(fold(text)), TextField()), config="simple")
    return Func(stemmed, plain, template="(%(expressions)s)", arg_joiner=" || ")


def _without(listings: Iterable[Listing], others: Sequence[Listing]) -> list[Listing]:
    known = {listing.pk for listing in others}
    return [listing for listing in listings if listing.pk not in known]

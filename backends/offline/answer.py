"""What the offline model says: the sentences and blocks of the given passages that answer best, with their numerals.

It never writes a sentence of its own about the subject, and every answer says that it is a demonstration.
"""

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from backends.offline import passages
from backends.offline.language import PHRASES, SMALL_WORDS, Language, detect, stems
from backends.offline.passages import Passage, Unit

Similarity = Callable[[str, Sequence[str]], Sequence[float]]

TITLE_ORDER = "Write a title"
GREETING = re.compile(r"\b(bonjour|bonsoir|salut|coucou|hello|hi|hey|good (?:morning|evening|afternoon))\b", re.I)
THANKS = re.compile(r"\b(merci|thanks|thank you|thx)\b", re.I)
IDENTITY = re.compile(
    r"\b(qui (?:es[- ]tu|êtes[- ]vous)|(?:es[- ]tu|êtes[- ]vous) (?:une? (?:vrai|ia|robot|humain)|chatgpt)|who are you"
    r"|are you (?:an? (?:real|ai|bot|human|robot)|chatgpt|gpt)|quel modèle es|(?:what|which) model are)",
    re.I,
)
OPENERS = re.compile(
    r"^(?:comment|pourquoi|quand|où|combien|est-ce qu[e’']|qu['’]est-ce qu[e’'](?: c['’]est que)?"
    r"|quel(?:le)?s? (?:est|sont)|peux-tu|pouvez-vous|(?:je|j['’])\s?(?:veux|voudrais|aimerais)"
    r"|how (?:do|can|should|to)(?: (?:i|you|we))?"
    r"|what (?:is|are)|why|when|where|can you|could you|please|i (?:want|need|would like) to)\s+",
    re.I,
)
HEADING_WEIGHT, SUBJECT_WEIGHT, MEANING_WEIGHT, ORDER_WEIGHT = 0.7, 0.4, {"fr": 0.15, "en": 0.3}, 0.15
CLEAR, SECOND_PASSAGE, SECOND_UNIT = 0.3, 0.75, 0.45
SHORT_BODY, MAX_QUOTED, MAX_PASSAGES, MAX_UNITS = 900, 1400, 3, 3


@dataclass(frozen=True, slots=True)
class Scored:
    """A unit with its place and how well it answers; `coverage` is the share of the question that it speaks of."""

    passage: Passage
    position: int
    unit: Unit
    score: float
    coverage: float


def reply(messages: Sequence[dict[str, Any]], similarity: Similarity | None = None) -> str:
    """The whole answer to a conversation in OpenAI's format."""
    system = "\n\n".join(_text(message) for message in messages if message.get("role") == "system")
    questions = [_text(message) for message in messages if message.get("role") == "user"]
    question = questions[-1].strip() if questions else ""
    if system.lstrip().startswith(TITLE_ORDER):
        return title(question)
    found = passages.read(system)
    language = detect(question, detect(found[0].body if found else system))
    if small_talk := _small_talk(question):
        return PHRASES[language][small_talk]
    if not found:
        return PHRASES[language]["empty"]
    if len(stems(question, language)) < 2 and len(questions) > 1:
        question = f"{questions[-2]} {question}"
    return quote(question, found, language, similarity)


def title(question: str) -> str:
    """Three to six of the person's own words."""
    line = " ".join((question.strip().splitlines() or [""])[0].split())
    words = OPENERS.sub("", line).split() or line.split()
    small = SMALL_WORDS["fr"] | SMALL_WORDS["en"]
    kept = words[:6]
    while len(kept) > 3 and kept[-1].lower().strip("?!.,;:") in small:
        kept.pop()
    text = " ".join(kept).strip(' ?!.,;:…«»"“”')
    return text[:1].upper() + text[1:] or "Conversation"


def quote(question: str, found: Sequence[Passage], language: Language, similarity: Similarity | None) -> str:
    """The best of the passages, framed as quotations."""
    scored = score(question, found, language, similarity)
    best = max(scored, key=lambda one: one.score)
    clear = best.coverage >= CLEAR
    chosen = choose(scored) if clear else [best]
    parts = [f"*{PHRASES[language]['framing']}*"]
    if not clear:
        parts.append(PHRASES[language]["unsure"])
    parts += [_passage_text(group) for group in _by_passage(chosen)]
    return "\n\n".join([*parts, f"*{PHRASES[language]['connect']}*"])


def score(question: str, found: Sequence[Passage], language: Language, similarity: Similarity | None) -> list[Scored]:
    """Every unit, weighed by its words (BM25, its heading counted less), its meaning, how
    much of the question its passage's heading names, and the order of the search.
    """
    asked = list(dict.fromkeys(stems(question, language)))
    places = [(passage, position) for passage in found for position in range(len(passage.units))]
    texts = [passage.units[position].whole for passage, position in places]
    counts = [_counts(text, passage, language) for text, (passage, _) in zip(texts, places, strict=True)]
    weights = _rarity(asked, counts)
    by_words = _bm25(weights, counts)
    meanings = list(similarity(question, texts)) if similarity else [0.0] * len(texts)
    total, top = sum(weights.values()) or 1.0, max(by_words, default=0.0) or 1.0
    scored = []
    for (passage, position), words, value, meaning in zip(places, counts, by_words, meanings, strict=True):
        coverage = sum(weight for stem, weight in weights.items() if words[stem]) / total
        if language == "en":  # French texts all look alike to this model: only in English does nearness say something
            coverage = max(coverage, meaning - 0.2)
        named = set(stems(passage.heading, language))
        subject = sum(weight for stem, weight in weights.items() if stem in named) / total
        early = 1 - (passage.number - 1) / len(found)
        own = 0.6 * value / top + 0.4 * coverage + MEANING_WEIGHT[language] * meaning
        mixed = own + SUBJECT_WEIGHT * subject + ORDER_WEIGHT * early
        scored.append(Scored(passage, position, passage.units[position], mixed, coverage))
    return scored


def choose(scored: Sequence[Scored]) -> list[Scored]:
    """The best passage first and fully, then what others add; nothing twice, and not too much."""
    ranked = sorted(scored, key=lambda one: -one.score)
    best = ranked[0]
    groups = {one.passage.number: one.passage for one in ranked if one.score >= SECOND_PASSAGE * best.score}
    chosen: list[Scored] = []
    for number in list(groups)[:MAX_PASSAGES]:
        own = [one for one in ranked if one.passage.number == number]
        wanted = _of_best(own) if number == best.passage.number else _of_other(own, best.score)
        chosen += _fitting(wanted, chosen)
    return chosen


def _of_best(own: Sequence[Scored]) -> list[Scored]:
    """A short passage whole: a template without its end, a list without its introduction, are of no use."""
    passage = own[0].passage
    if len(passage.body) <= SHORT_BODY and len(passage.units) <= 12 and not _is_rows(passage):
        return sorted(own, key=lambda one: one.position)
    if _is_rows(passage):  # every row of a table holds the names of its columns: only what else it says tells
        return [one for one in own if one.coverage >= 0.8 * own[0].coverage][:MAX_UNITS]
    return [one for one in own if one.score >= SECOND_UNIT * own[0].score][: MAX_UNITS + 1]


def _of_other(own: Sequence[Scored], best: float) -> list[Scored]:
    return [one for one in own if one.score >= SECOND_PASSAGE * best][:MAX_UNITS]


def _is_rows(passage: Passage) -> bool:
    return all(unit.kind == "row" for unit in passage.units)


def _fitting(wanted: Iterable[Scored], already: Sequence[Scored]) -> list[Scored]:
    """Those not quoted yet that still find room; the first one always does."""
    seen = {_plain(one.unit.whole) for one in already}
    room = MAX_QUOTED - sum(len(one.unit.whole) for one in already)
    kept: list[Scored] = []
    for one in wanted:
        room -= len(one.unit.whole)
        if _plain(one.unit.whole) in seen or (room < 0 and (kept or already)):
            continue
        seen.add(_plain(one.unit.whole))
        kept.append(one)
    return kept


def _by_passage(chosen: Iterable[Scored]) -> list[list[Scored]]:
    groups: dict[int, list[Scored]] = {}
    for one in chosen:
        groups.setdefault(one.passage.number, []).append(one)
    return [sorted(group, key=lambda one: one.position) for group in groups.values()]


def _passage_text(group: Sequence[Scored]) -> str:
    """One passage's quotations under its heading, each with the passage's numeral."""
    passage = group[0].passage
    mark = f"[{passage.number}]"
    parts: list[str] = []
    for (_, is_block), units in itertools.groupby((one.unit for one in group), lambda u: (u.line, u.block)):
        if is_block:
            parts += [_block_text(unit, mark, is_named=bool(parts)) for unit in units]
        else:
            parts.append(f"{' '.join(unit.text for unit in units)} {mark}")
    if passage.heading:
        parts.insert(0, f"**{passage.heading}**" + ("" if mark in parts[0] else f" {mark}"))
    return "\n\n".join(parts)


def _block_text(unit: Unit, mark: str, *, is_named: bool) -> str:
    """A list or block: its introduction carries the numeral, else what stands before it does."""
    if unit.kind == "row":
        return f"- {unit.text} {mark}"
    if unit.introduction:
        return f"{unit.introduction} {mark}\n\n{unit.text}"
    return f"{unit.text} {mark}" if unit.kind == "list" and not is_named else unit.text


def _small_talk(question: str) -> str:
    words = len(question.split())
    if words <= 12 and IDENTITY.search(question):
        return "identity"
    if words > 4:
        return ""
    if THANKS.search(question):
        return "thanks"
    return "greeting" if GREETING.search(question) else ""


def _text(message: dict[str, Any]) -> str:
    content = message.get("content") or ""
    return content if isinstance(content, str) else " ".join(str(part.get("text", "")) for part in content)


def _counts(text: str, passage: Passage, language: Language) -> Counter[str]:
    words: Counter[str] = Counter(stems(text, language))
    for stem in set(stems(passage.heading or passage.source, language)):
        words[stem] += HEADING_WEIGHT  # type: ignore[assignment]
    return words


def _rarity(asked: Sequence[str], counts: Sequence[Counter[str]]) -> dict[str, float]:
    """How much each word of the question tells, by how few units hold it."""
    number = len(counts)
    holding = {stem: sum(1 for words in counts if words[stem]) for stem in asked}
    return {stem: math.log(1 + (number - held + 0.5) / (held + 0.5)) for stem, held in holding.items()}


def _bm25(weights: dict[str, float], counts: Sequence[Counter[str]]) -> list[float]:
    lengths = [sum(words.values()) for words in counts]
    average = sum(lengths) / len(lengths) if lengths else 1.0
    return [
        sum(
            weight * words[stem] * 2.2 / (words[stem] + 1.2 * (0.5 + 0.5 * length / average))
            for stem, weight in weights.items()
        )
        for words, length in zip(counts, lengths, strict=True)
    ]


def _plain(text: str) -> str:
    return " ".join(text.lower().split())

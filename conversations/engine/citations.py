"""Which numerals of an answer stand: those whose passage supports the claim before them."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from assistants.knowledge.language import detect
from assistants.knowledge.search import Found

# Bounded and anchored on both sides: a model that repeats blanks for ever must not make this search quadratic.
NUMERALS = re.compile(
    r"(?<![ \u00a0\u202f])[ \u00a0\u202f]*((?:\[\d{1,2}(?:\s{0,3},\s{0,3}\d{1,2}){0,9}\])+)", re.ASCII
)
CLAIM_END = re.compile(r"[.!?…:]\s|\n")
WORD = re.compile(r"\w{4,}")
FENCE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]+`)", re.DOTALL)
STEM = 6
# A claim that repeats a third of its words from the passage is taken as supported; see docs/decisions/citations.md.
SUPPORT = 1 / 3
QUOTE_CHARS = 1200
CLAIM_CHARS = 2000


def resolve(text: str, found: Sequence[Found]) -> tuple[str, list[dict[str, Any]]]:
    """The answer with only the numerals that stand, written `[1][2]`, and the citations they open, by number."""
    used: set[int] = set()
    parts = FENCE.split(text)
    cleaned = "".join(part if index % 2 else _clean(part, found, used) for index, part in enumerate(parts))
    return cleaned, [citation(number, found[number - 1]) for number in sorted(used)]


def citation(number: int, passage: Found) -> dict[str, Any]:
    """What is kept with the message: enough to show the source after the file is gone."""
    return {
        "n": number,
        "passage": passage.passage_id,
        "file": passage.file_id,
        "file_name": passage.file_name,
        "page": passage.page,
        "heading": passage.heading,
        "quote": passage.body[:QUOTE_CHARS],
    }


def supports(claim: str, passage: Found) -> bool:
    """Whether the passage shares enough of the claim's words; a claim in another language is given the benefit."""
    words = _stems(claim)
    source = f"{passage.heading}\n{passage.body}"
    if len(words) < 2 or (detect(claim) or "?") != (detect(source) or "?"):
        return True
    return len(words & _stems(source)) >= SUPPORT * len(words)


def _clean(text: str, found: Sequence[Found], used: set[int]) -> str:
    def replace(match: re.Match[str]) -> str:
        numbers = list(dict.fromkeys(int(number) for number in re.findall(r"\d+", match[1])))
        claim = _claim_before(text, match.start())
        standing = [n for n in numbers if 1 <= n <= len(found) and supports(claim, found[n - 1])]
        used.update(standing)
        return "".join(f"[{n}]" for n in standing)

    return NUMERALS.sub(replace, text) if found else NUMERALS.sub("", text)


def _claim_before(text: str, end: int) -> str:
    """The sentence that a numeral closes, without the numerals inside it."""
    head = text[max(0, end - CLAIM_CHARS) : end].rstrip(' .!?…:»"')
    starts = [match.end() for match in CLAIM_END.finditer(head)]
    return NUMERALS.sub(" ", head[starts[-1] if starts else 0 :])


def _stems(text: str) -> set[str]:
    folded = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return {word[:STEM] for word in WORD.findall(folded)}

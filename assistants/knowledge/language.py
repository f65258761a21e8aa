"""Which language a text is written in, and words without their accents."""

import re
import unicodedata

WORD = re.compile(r"[^\W\d_]+")
FRENCH = """
le la les un une des du de et en est sont pour que qui dans sur avec par au aux ce cette ces il elle ils elles nous vous
je ne pas plus ou mais donc si se son sa ses leur leurs été être avoir fait comme quel quelle quels quelles comment
pourquoi quand combien où mon ma mes notre votre vos c d l j n s qu y t m on peut dois faut à
"""
ENGLISH = """
the of and to in is are was were for that which who on with by at this these those it he she they we you i not be been
have has had do does did how what when where why can could should would will from as an or but if its their his her our
your my me about into than then there any all some
"""
STOPWORDS = {"fr": frozenset(FRENCH.split()), "en": frozenset(ENGLISH.split())}
REGCONFIGS = {"fr": "french", "en": "english"}
SIMPLE = "simple"
# A long text shows its language early.
SAMPLE_WORDS = 2000
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


def detect(text: str) -> str:
    """`fr`, `en`, or nothing when neither's small words stand out."""
    words = [match[0].lower() for match, _ in zip(WORD.finditer(text), range(SAMPLE_WORDS), strict=False)]
    counts = {language: sum(word in known for word in words) for language, known in STOPWORDS.items()}
    best, other = sorted(counts, key=lambda language: -counts[language])
    clear = counts[best] > counts[other] and counts[best] >= len(words) * 0.1
    return best if clear else ""


def regconfig(language: str) -> str:
    """The Postgres text search configuration for a language."""
    return REGCONFIGS.get(language, SIMPLE)


def fold(text: str) -> str:
    """Lower case without accents, for people who type without them. Both sides of a comparison are folded."""
    letters = unicodedata.normalize("NFKD", text.lower().translate(LIGATURES))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


PUNCTUATION = '?!.,;:"«»“”()[]…-'
FOLDED_STOPWORDS = frozenset(fold(word) for words in STOPWORDS.values() for word in words)


def content_words(text: str) -> str:
    """Folded text without the small words of either language: what is left says what a question is about."""
    words = fold(text).replace("’", " ").replace("'", " ").split()
    return " ".join(word for word in words if word.strip(PUNCTUATION) not in FOLDED_STOPWORDS)

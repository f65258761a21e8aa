"""French or English: telling them apart, reducing words to their stems, and what the offline model says in each."""

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Literal

import snowballstemmer

Language = Literal["fr", "en"]

WORD = re.compile(r"[^\W_]+")
SMALL_FRENCH = """
a ai ainsi après au aucun aussi autre aux avant avec avoir bien c ce cela ces cet cette ceux chaque comme comment d
dans de depuis des dit dois doit donc dont du elle elles en encore entre es est et eu eux faire fais fait faut il
ils j je l la le les leur leurs lui là m ma mais me mes moi mon même n ne ni nos notre nous on ont ou où par pas peu
peut peux plus pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa sans se ses si son sont sous suis
sur t ta te tes toi ton tous tout toute toutes tu un une veux vos votre voudrais vous y à été être
"""
SMALL_ENGLISH = """
a about after all also am an and any are as at be because been but by can could did do does each for from get give
had has have he her him his how i if in into is it its me more most my no not of on one only or other our out please
she should so some such than that the their them then there these they this those to too up us was we were what when
where which who why will with would you your
"""
SMALL_WORDS: dict[Language, frozenset[str]] = {
    "fr": frozenset(SMALL_FRENCH.split()),
    "en": frozenset(SMALL_ENGLISH.split()),
}
PHRASES: dict[Language, dict[str, str]] = {
    "fr": {
        "framing": "Modèle de démonstration hors ligne : je cite les documents de cet assistant sans les reformuler.",
        "connect": "Pour des réponses rédigées, "
        "branchez un vrai modèle (OpenAI, Azure, Ollama, vLLM) : le README dit comment.",
        "unsure": "Je n’ai pas trouvé de réponse nette dans ces documents. Le passage le plus proche :",
        "empty": "Je suis un modèle de démonstration hors ligne : je sais seulement citer les documents d’un "
        "assistant, et aucun passage ne m’a été donné pour cette question. Il me faudrait un document qui en "
        "parle, ajouté aux connaissances de l’assistant, ou un vrai modèle : le README dit comment en brancher un.",
        "greeting": "Bonjour. Je suis le modèle de démonstration hors ligne de ce site : je réponds en citant les "
        "documents de cet assistant, avec leurs sources. Posez-moi une question sur ce qu’ils contiennent.",
        "thanks": "Avec plaisir. Je reste un modèle de démonstration hors ligne : posez une autre question, et je "
        "citerai les documents de cet assistant.",
        "identity": "Je suis un modèle de démonstration hors ligne, et non un vrai modèle de langue : je choisis les "
        "phrases des documents de cet assistant qui répondent le mieux, et je les cite. Le README explique comment "
        "brancher un vrai modèle (OpenAI, Azure, Ollama, vLLM).",
    },
    "en": {
        "framing": "Offline demonstration model: I quote this assistant's documents and do not rephrase them.",
        "connect": "For written answers, connect a real model (OpenAI, Azure, Ollama, vLLM): see the README.",
        "unsure": "I found no clear answer in these documents. The nearest passage:",
        "empty": "I am an offline demonstration model: all I can do is quote an assistant's documents, and no passage "
        "was given to me for this question. I would need a document about it among the assistant's knowledge, or a "
        "real model: the README says how to connect one.",
        "greeting": "Hello. I am this site's offline demonstration model: I answer by quoting this assistant's "
        "documents, with their sources. Ask me about something they contain.",
        "thanks": "You are welcome. I am still an offline demonstration model: ask another question and I will quote "
        "this assistant's documents.",
        "identity": "I am an offline demonstration model, not a real language model: I pick the sentences of this "
        "assistant's documents that answer best, and quote them. The README says how to connect a real model "
        "(OpenAI, Azure, Ollama, vLLM).",
    },
}

_stemmers = threading.local()  # a stemmer keeps state while it works, so each thread has its own


def detect(text: str, otherwise: Language = "en") -> Language:
    """The language whose small words are more numerous; accents count for French."""
    words = [word.lower() for word in WORD.findall(text)]
    french = sum(word in SMALL_WORDS["fr"] for word in words) + len(re.findall(r"[éèêàùçœîôû]", text.lower()))
    english = sum(word in SMALL_WORDS["en"] for word in words)
    return otherwise if french == english else ("fr" if french > english else "en")


def stems(text: str, language: Language) -> list[str]:
    """The stems of the words that carry meaning, without accents."""
    small = SMALL_WORDS[language]
    return [_stem(word, language) for word in (w.lower() for w in WORD.findall(text)) if word not in small]


@lru_cache(maxsize=20_000)
def _stem(word: str, language: Language) -> str:
    if not hasattr(_stemmers, language):
        setattr(_stemmers, language, snowballstemmer.stemmer("french" if language == "fr" else "english"))
    return fold(getattr(_stemmers, language).stemWord(word))


def fold(text: str) -> str:
    """Without accents."""
    letters = unicodedata.normalize("NFKD", text.replace("œ", "oe"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))

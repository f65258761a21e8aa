"""Telling French from English, and words without their accents."""

import pytest

from assistants.knowledge.language import content_words, detect, fold, regconfig


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Comment puis-je renvoyer un article ?", "fr"),
        ("Qui vérifie que l’obligation légale est respectée ?", "fr"),
        ("How do I send an article back?", "en"),
        ("What is the capital of France", "en"),
        ("RGAA 4.1", ""),
        ("", ""),
        ("Wie kann ich einen Artikel zurückgeben?", ""),
    ],
)
def test_small_words_tell_the_language(text: str, language: str) -> None:
    assert detect(text) == language


def test_each_language_has_its_configuration() -> None:
    assert [regconfig(language) for language in ("fr", "en", "")] == ["french", "english", "simple"]


def test_folding_takes_accents_and_ligatures_away() -> None:
    assert fold("Œuvre À L’ÉTÉ, naïf") == "oeuvre a l’ete, naif"


def test_content_words_leave_the_small_ones_out() -> None:
    assert content_words("Où est l'accessibilité de la page ?").split() == ["accessibilite", "page", "?"]
    assert content_words("Qui est-ce que la ?").split() == ["est-ce", "?"]
    assert content_words("Who is it?") == ""

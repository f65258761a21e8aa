import pytest

from backends.offline.language import PHRASES, detect, stems


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Comment adoucir un refus ?", "fr"),
        ("Délai", "fr"),
        ("How do I read a traceback?", "en"),
        ("What does « bonjour » mean in a letter?", "en"),
        ("Python", "en"),
    ],
)
def test_the_language_of_a_question_is_found(text: str, language: str) -> None:
    assert detect(text) == language


def test_where_a_question_does_not_tell_the_documents_do() -> None:
    assert detect("RGPD 2024", "fr") == "fr"


def test_words_of_one_family_share_a_stem() -> None:
    assert set(stems("Rembourser un remboursement remboursé", "fr")) == {"rembours"}
    assert len(set(stems("returns returned returning", "en"))) == 1


def test_accents_and_small_words_do_not_count() -> None:
    assert stems("Déclarer une violation", "fr") == stems("declarer violation", "fr")
    assert stems("the of and", "en") == []


def test_both_languages_say_the_same_things_without_exclamation() -> None:
    assert PHRASES["fr"].keys() == PHRASES["en"].keys()
    assert not any("!" in text for phrases in PHRASES.values() for text in phrases.values())

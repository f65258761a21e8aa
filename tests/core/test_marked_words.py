"""Searched words are marked where they begin, whatever their accents; nothing in them is ever markup."""

from core.templatetags.vitrine import catalogue, marked


def test_the_searched_letters_are_marked() -> None:
    assert marked("Returns desk", "return") == "<mark>Return</mark>s desk"


def test_accents_and_case_do_not_count() -> None:
    assert marked("Écrire à l’éditeur", "ecrire") == "<mark>Écrire</mark> à l’éditeur"


def test_an_opening_quote_is_part_of_the_word() -> None:
    assert marked("Dit « non » ou «non»", "non") == "Dit « <mark>non</mark> » ou <mark>«non</mark>»"


def test_letters_that_fold_to_more_letters_are_left_alone() -> None:
    assert marked("straße", "strasse") == "straße"


def test_text_and_query_are_escaped() -> None:
    assert marked("<b>Bold</b> & bright", "<b>") == "<mark>&lt;b&gt;</mark>Bold&lt;/b&gt; &amp; bright"


def test_a_single_letter_marks_nothing() -> None:
    assert marked("A letter", "a") == "A letter"


def test_catalogue_numbers_have_four_digits() -> None:
    assert catalogue(17) == "Nº 0017"
    assert catalogue(12345) == "Nº 12345"

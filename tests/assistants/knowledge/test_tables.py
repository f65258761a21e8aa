"""Tables as lines that can be read alone."""

from datetime import date, datetime, time, timedelta

import pytest

from assistants.knowledge.extract.tables import cell_text, is_header, row_lines, tables


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.0, "12"),
        (12.5, "12.5"),
        (0.1 + 0.2, "0.3"),
        (1e20, "1e+20"),
        (-3.0, "-3"),
        (True, "true"),
        (False, "false"),
        (None, ""),
        ("  a\n b ", "a b"),
        (date(2026, 11, 23), "2026-11-23"),
        (datetime(2026, 11, 23), "2026-11-23"),
        (datetime(2026, 11, 23, 9, 30), "2026-11-23 09:30"),
        (time(9, 30), "09:30:00"),
        (timedelta(hours=2), "2:00:00"),
    ],
)
def test_a_cell_is_written_as_a_person_reads_it(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_the_first_row_is_repeated_before_each_value() -> None:
    rows = [["Ville", "Prix :"], ["Lyon", 12.0], ["Paris", None], ["", 15]]
    assert list(row_lines(rows)) == ["Ville: Lyon; Prix: 12", "Ville: Paris", "Prix: 15"]


def test_cells_beyond_the_header_and_without_a_name_stand_alone() -> None:
    assert list(row_lines([["", "Prix", "Stock"], ["Lyon", 12, 3, "épuisé"]])) == ["Lyon; Prix: 12; Stock: 3; épuisé"]


def test_a_table_without_column_names_keeps_its_rows() -> None:
    assert list(row_lines([[1, 2], [3, 4]])) == ["1 | 2", "3 | 4"]
    assert list(row_lines([["seule"]])) == ["seule"]
    assert list(row_lines([])) == []


@pytest.mark.parametrize(
    ("row", "following", "is_one"),
    [
        (["Nom", "Âge"], ["Ada", "36"], True),
        (["Nom", ""], ["Ada", "36"], False),
        (["Nom", "Nom"], ["Ada", "36"], False),
        (["2024", "2025"], ["Ada", "36"], False),
        (["Ada", "12 %"], ["Bob", "15 %"], False),
        (["Nom", "Âge"], ["Nom", "Âge"], False),
        (["x" * 81, "Âge"], ["Ada", "36"], False),
    ],
)
def test_column_names_are_several_short_each_once_and_no_numbers(
    row: list[str], following: list[str], is_one: bool
) -> None:
    assert is_header(row, following) == is_one


def test_an_empty_row_before_new_column_names_parts_two_tables() -> None:
    first, second = [["Ville", "Prix"], ["Lyon", "12"]], [["Nom", "Âge"], ["Ada", "36"]]
    assert list(tables([*first, ["", ""], *second])) == [first, second]


def test_an_empty_row_inside_a_table_parts_nothing() -> None:
    rows = [["Question", "Réponse"], ["Quand ?", "Demain"], ["", ""], ["Où ?", "Ici"]]
    assert list(tables(rows)) == [[row for row in rows if any(row)]]


def test_a_line_above_a_table_is_its_caption() -> None:
    assert list(tables([["Prix 2026", ""], ["Ville", "Prix"], ["Lyon", "12"]])) == [
        [["Prix 2026", ""]],
        [["Ville", "Prix"], ["Lyon", "12"]],
    ]

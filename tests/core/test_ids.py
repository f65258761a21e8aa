import re
import time

from core.ids import ALPHABET, DIGITS, id_field, new_id


def test_an_id_says_what_it_is() -> None:
    assert re.fullmatch(r"run_[1-9A-HJ-NP-Za-km-z]{22}", new_id("run"))


def test_ids_sort_by_their_time() -> None:
    made = []
    for _ in range(20):
        made.append(new_id("msg"))
        time.sleep(0.002)
    assert made == sorted(made)


def test_ids_are_all_different() -> None:
    assert len({new_id("x") for _ in range(10_000)}) == 10_000


def test_ids_are_uuids_of_version_seven() -> None:
    value = 0
    for digit in new_id("x").removeprefix("x_"):
        value = value * 58 + ALPHABET.index(digit)
    assert (value >> 76 & 0xF, value >> 62 & 0b11) == (7, 0b10)
    assert abs((value >> 80) / 1000 - time.time()) < 5


def test_digits_in_the_alphabet_sort_as_their_values() -> None:
    assert list(ALPHABET) == sorted(ALPHABET)
    assert 58**DIGITS > 2**128


def test_a_field_fills_itself() -> None:
    first, second = id_field("cnv").get_default(), id_field("cnv").get_default()
    assert first != second
    assert first.startswith("cnv_")
    assert len(first) <= 40

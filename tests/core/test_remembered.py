"""Values that may be a little old."""

import time
from itertools import count

import pytest

from core.remembered import Remembered


def test_a_value_is_read_once_until_it_is_too_old() -> None:
    value = Remembered(count().__next__, seconds=0.05)
    assert [value.get(), value.get()] == [0, 0]
    time.sleep(0.06)
    assert value.get() == 1


def test_a_forgotten_value_is_read_again() -> None:
    value = Remembered(count().__next__, seconds=60)
    value.get()
    value.forget()
    assert value.get() == 1


def test_an_error_is_not_remembered() -> None:
    answers = iter([ZeroDivisionError, 7])

    def read() -> int:
        answer = next(answers)
        if answer is ZeroDivisionError:
            raise ZeroDivisionError
        return answer

    value = Remembered(read, seconds=60)
    with pytest.raises(ZeroDivisionError):
        value.get()
    assert value.get() == 7

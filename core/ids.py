"""Public ids: a prefix that says what it is and a UUIDv7 in base 58, such as `run_1Cv9…`; they sort by time."""

import os
import time
from functools import partial

from django.db import models

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
DIGITS = 22  # 58 ** 22 > 2 ** 128


def new_id(prefix: str) -> str:
    """A fresh id, 22 characters after `prefix_`."""
    value = _uuid7()
    digits = []
    for _ in range(DIGITS):
        value, digit = divmod(value, 58)
        digits.append(ALPHABET[digit])
    return f"{prefix}_{''.join(reversed(digits))}"


def _uuid7() -> int:
    """RFC 9562 section 5.7: 48 bits of Unix milliseconds, version 7, variant 10, the rest random."""
    random = int.from_bytes(os.urandom(10), "big")
    head = (time.time_ns() // 1_000_000) << 80
    return head | (0x7 << 76) | ((random >> 68 & 0xFFF) << 64) | (0b10 << 62) | (random & ((1 << 62) - 1))


def id_field(prefix: str) -> "models.CharField[str, str]":
    """A primary key that fills itself with a fresh id."""
    return models.CharField(primary_key=True, max_length=40, editable=False, default=partial(new_id, prefix))

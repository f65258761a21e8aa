"""Generated avatars: a small sculpture drawn from an id, the same on every page, coloured by its category in CSS.

The drawing holds shapes and the classes a, b, c (the three colours) and f (the wall), never a colour, so one cached
picture serves light and dark. It stands on the floor of a 96 by 96 box.
"""

from functools import lru_cache
from itertools import permutations
from typing import TypeAlias

Shape: TypeAlias = tuple[str, int]  # the drawing and its height

MASK = 0xFFFFFFFF
COLOUR_ORDERS = tuple(permutations("abc"))
NO_WING = {1, 2, 3}  # bodies too slim at the shoulder: vase, disc, hourglass
NO_HANDLE = {1, 2, 3, 7}


class _Dice:
    """FNV-1a of the seed, then xorshift32: the same throws in any language with 32-bit integers."""

    def __init__(self, seed: str) -> None:
        state = 0x811C9DC5
        for letter in seed:
            state = (state ^ ord(letter)) * 0x01000193 & MASK
        self.state = state or 1
        for _ in range(6):  # the first throws of neighbouring seeds look alike
            self.throw(7)

    def throw(self, sides: int) -> int:
        state = self.state
        state ^= state << 13 & MASK
        state ^= state >> 17
        state ^= state << 5 & MASK
        self.state = state
        return state % sides


def _foot(kind: int, a: str) -> Shape:
    shapes = (
        ("M16 82h64v14H16z", 14),
        ("M18 96V72h60v24H62a14 14 0 0 0-28 0z", 24),
        ("M20 96a28 28 0 0 1 56 0z", 26),
        ("M18 74h60v7H18zM22 81h12v15H22zM42 81h12v15H42zM62 81h12v15H62z", 22),
        ("M14 96V86h12V76h44v10h12v10z", 20),
        ("M16 96l12-22h40l12 22z", 22),
    )
    path, height = shapes[kind]
    return f'<path class="{a}" d="{path}"/>', height


def _body(kind: int, b: str, c: str, y: int) -> Shape:
    shapes = (
        (f'<path class="{b}" d="M29 {y - 28}h38v28H29z"/>', 28),
        (f'<path class="{b}" d="M22 {y - 28}h52l-14 28H36z"/>', 28),
        (f'<circle class="{b}" cx="48" cy="{y - 17}" r="17"/>', 33),
        (f'<path class="{b}" d="M27 {y - 30}h42L55 {y - 15} 69 {y}H27l14-15z"/>', 30),
        (
            (
                f'<rect class="{b}" x="26" y="{y - 14}" width="44" height="14" rx="7"/>'
                f'<rect class="{c}" x="30" y="{y - 28}" width="36" height="14" rx="7"/>'
            ),
            28,
        ),
        (
            f'<path class="{b}" d="M27 {y - 30}h42v30H27z"/><circle class="{c}" cx="48" cy="{y - 15}" r="9"/>',
            30,
        ),
        (
            (
                f'<path class="{b}" d="M28 {y - 30}h40v30H28z"/>'
                f'<path class="{c}" d="M28 {y - 24}h40v6H28zM28 {y - 12}h40v6H28z"/>'
            ),
            30,
        ),
        (f'<path class="{b}" d="M28 {y}v-38a38 38 0 0 1 38 38z"/>', 35),
    )
    return shapes[kind]


def _head(kind: int, h: str, x: int, y: int) -> str:
    if kind == 0:
        return f'<circle class="{h}" cx="{x}" cy="{y - 13}" r="13"/>'
    if kind == 4:
        return (
            f'<path class="{h}" fill-rule="evenodd" d="M{x} {y - 26}a13 13 0 1 0 0 26 13 13 0 0 0 0-26z'
            f'm0 7.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11z"/>'
        )
    paths = {
        1: f"M{x - 18} {y}a18 18 0 0 1 36 0z",
        2: f"M{x - 16} {y}l16-27 16 27z",
        3: f"M{x} {y - 28}l14 14-14 14-14-14z",
        5: f"M{x + 6} {y}a13 13 0 0 1 0-26z",
        6: f"M{x - 17} {y}v-21l8.5 9 8.5-12 8.5 12 8.5-9v21z",
        7: f"M{x} {y}q-21 0-21-21 21 0 21 21q0-21 21-21 0 21-21 21z",
        8: f"M{x - 12} {y}v-15a12 12 0 0 1 24 0v15z",
    }
    return f'<path class="{h}" d="{paths[kind]}"/>'


def _companion(kind: int, other: str, c: str, floor: int) -> str:
    """What stands beside the figure; the first three kinds are nothing. `floor` is the foot's upper edge."""
    shapes = (
        "",
        "",
        "",
        f'<path class="{other} line" d="M68 {floor - 24}h6a9 9 0 0 1 0 18h-6"/>',
        f'<path class="{c}" d="M81 96V36h3v60zM84 36h-18l6 7-6 7h18z"/>',
        f'<circle class="{other}" cx="84" cy="87" r="9"/>',
        f'<path class="{c}" d="M28 {floor - 26}v22a22 22 0 0 1-22-22z"/>',
        f'<path class="{c}" d="M4 96l9-16 9 16z"/>',
        f'<circle class="{c}" cx="80" cy="18" r="8"/>',
        f'<path class="{c}" d="M76 96V80h14v16z"/>',
    )
    return shapes[kind]


@lru_cache(maxsize=4096)
def draw(seed: str) -> str:
    """The figure of an assistant's id as an SVG element, to be put inside an element with `data-cat`."""
    dice = _Dice(seed)
    a, b, c = COLOUR_ORDERS[dice.throw(6)]
    foot_kind, body_kind, head_kind, companion_kind = (
        dice.throw(6),
        dice.throw(8),
        dice.throw(9),
        dice.throw(10),
    )
    has_eye, is_mirrored = bool(dice.throw(2)), bool(dice.throw(2))

    drawing, height = _foot(foot_kind, a)
    floor = 96 - height
    body, height = _body(body_kind, b, c, floor)
    top = floor - height
    middle = 38 if body_kind == 7 else 48
    head_colour = a if body_kind == 4 else c
    drawing += body + _head(head_kind, head_colour, middle, top)
    if has_eye and head_kind in {0, 3, 8}:
        drawing += f'<circle class="f" cx="{middle + (4 if is_mirrored else -4)}" cy="{top - 14}" r="3.4"/>'
    is_misfit = (companion_kind == 6 and body_kind in NO_WING) or (companion_kind == 3 and body_kind in NO_HANDLE)
    if not is_misfit:
        drawing += _companion(companion_kind, a if b == head_colour else b, c, floor)
    if is_mirrored:
        drawing = f'<g transform="matrix(-1 0 0 1 96 0)">{drawing}</g>'
    return (
        f'<svg class="fig" viewBox="0 0 96 96" preserveAspectRatio="xMidYMax meet" aria-hidden="true">{drawing}</svg>'
    )

"""Figurines are the same for ever: a person knows an assistant by its figure."""

import json
from pathlib import Path
from xml.etree import ElementTree

from core import figurine

GOLDENS = json.loads(Path(__file__).with_name("figurines.json").read_text(encoding="utf-8"))


def test_a_figure_never_changes() -> None:
    drawn = {seed: figurine.draw(seed) for seed in GOLDENS}
    assert drawn == GOLDENS


def test_every_seed_gives_well_formed_shapes_without_a_colour() -> None:
    for number in range(300):
        root = ElementTree.fromstring(figurine.draw(f"ast_{number}"))
        shapes = [shape for shape in root.iter() if shape.tag not in {"svg", "g"}]
        assert len(shapes) >= 3
        assert all(set(shape.attrib["class"]) <= set("abcf line") for shape in shapes)
        assert not any("fill" in shape.attrib or "style" in shape.attrib for shape in shapes)


def test_neighbouring_ids_look_different() -> None:
    assert len({figurine.draw(f"ast_{number}") for number in range(200)}) > 195

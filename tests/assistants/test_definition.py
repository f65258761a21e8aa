"""Whatever was ever stored as a definition can be read, and what is read is stored again without loss."""

import json
from dataclasses import replace

from assistants.definition import SCHEMA, Capabilities, Definition, RunLimits, Starter, Variable

FULL = Definition(
    name="Desk",
    tone="warm",
    length="short",
    reading="whole",
    models=("first", "second"),
    starters=(Starter("Ask", "May I?"),),
    variables=(Variable("plan", "Your plan", "choice", ("Free", "Paid"), is_required=True, default="Free"),),
    bases=("kb_1", "kb_2"),
    curated_threshold=0.8,
    capabilities=Capabilities(knowledge=False),
    limits=RunLimits(steps=3, tokens=500, seconds=60),
)


def test_a_definition_survives_storage() -> None:
    stored = json.loads(json.dumps(FULL.to_json()))
    assert stored["schema"] == SCHEMA
    assert Definition.from_json(stored) == FULL


def test_the_one_model_of_schema_1_is_the_wanted_model() -> None:
    assert Definition.from_json({"schema": 1, "name": "Old", "model": "gpt"}).models == ("gpt",)
    assert Definition.from_json({"schema": 1, "name": "Old", "model": ""}).models == ()
    assert FULL.model == "first"
    assert replace(FULL, models=()).model == ""


def test_what_is_not_allowed_becomes_the_default() -> None:
    odd = {"tone": "shouting", "reading": 3, "curated_threshold": 7, "limits": {"steps": -1, "tokens": True}}
    read = Definition.from_json(odd | {"variables": [{"name": "n", "kind": "file"}]})
    assert (read.tone, read.reading, read.curated_threshold, read.limits) == ("", "auto", 0.0, RunLimits())
    assert read.variables == (Variable("n", "n"),)

"""The typed shape of an assistant, to JSON and back.

`SCHEMA` goes up when a field changes its meaning; `from_json` reads every schema that was ever written.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

# 2: `model`, one name, became `models`, the wanted one and its fall-backs in order.
SCHEMA = 2
TONES = ("", "plain", "warm", "formal", "lively")
LENGTHS = ("", "short", "medium", "long")
READINGS = ("auto", "search", "whole")
VARIABLE_KINDS = ("text", "choice", "number")


@dataclass(frozen=True, slots=True)
class Starter:
    """A first message on offer: a short title and the text that is sent."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A blank in the instructions, `{{name}}`, that each person fills before the first turn.

    `kind` is one of `VARIABLE_KINDS`; `choices` belong to the kind `choice`.
    """

    name: str
    label: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    is_required: bool = False
    default: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """One that was stored or imported."""
        return cls(
            name=str(data["name"]),
            label=str(data.get("label") or data["name"]),
            kind=data["kind"] if data.get("kind") in VARIABLE_KINDS else "text",
            choices=tuple(str(choice) for choice in data.get("choices", ())),
            is_required=bool(data.get("is_required", False)),
            default=str(data.get("default", "")),
        )


@dataclass(frozen=True, slots=True)
class RunLimits:
    """What one answer may cost: steps of tools, tokens of the answer, seconds. 0 is the instance's own limit."""

    steps: int = 0
    tokens: int = 0
    seconds: int = 0

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Whole numbers that are not negative; anything else is 0."""
        return cls(*(_natural(data.get(name)) for name in ("steps", "tokens", "seconds")))


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the assistant may do besides talking."""

    knowledge: bool = True


@dataclass(frozen=True, slots=True)
class Definition:
    """Everything that makes an assistant behave as it does.

    `models` names the wanted model, then its fall-backs in order; none means the instance's default. `bases` are the
    ids of shared knowledge bases attached beside its own. `reading` says how knowledge reaches the model: searched,
    whole, or whichever fits. `curated_threshold` is how alike a question must be to a curated one, 0 to 1; 0 is the
    instance's own.
    """

    name: str = ""
    promise: str = ""
    audience: str = ""
    instructions: str = ""
    opening: str = ""
    language: str = "en"
    category: str = ""
    tone: str = ""
    length: str = ""
    reading: str = "auto"
    models: tuple[str, ...] = ()
    starters: tuple[Starter, ...] = ()
    variables: tuple[Variable, ...] = ()
    bases: tuple[str, ...] = ()
    curated_threshold: float = 0.0
    capabilities: Capabilities = field(default_factory=Capabilities)
    limits: RunLimits = field(default_factory=RunLimits)
    schema: int = SCHEMA

    @property
    def model(self) -> str:
        """The wanted model's name; empty means the instance's default."""
        return self.models[0] if self.models else ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read a stored definition; unknown keys are ignored, missing ones take their defaults."""
        known = {name: data[name] for name in _PLAIN if name in data}
        known |= {name: data[name] for name, allowed in _CHOSEN.items() if data.get(name) in allowed}
        models = data.get("models") or ([data["model"]] if data.get("model") else [])
        return cls(
            **known,
            models=tuple(str(name) for name in models),
            starters=tuple(Starter(item["title"], item["text"]) for item in data.get("starters", ())),
            variables=tuple(Variable.from_json(item) for item in data.get("variables", ())),
            bases=tuple(str(base) for base in data.get("bases", ())),
            curated_threshold=_share(data.get("curated_threshold")),
            capabilities=Capabilities(knowledge=bool(data.get("capabilities", {}).get("knowledge", True))),
            limits=RunLimits.from_json(data.get("limits", {})),
        )

    def to_json(self) -> dict[str, Any]:
        """What is stored: plain JSON values, with the schema number."""
        lists = {name: list(getattr(self, name)) for name in ("models", "bases")}
        rows = {name: [asdict(row) for row in getattr(self, name)] for name in ("starters", "variables")}
        for row in rows["variables"]:
            row["choices"] = list(row["choices"])
        return {**asdict(self), **lists, **rows, "schema": SCHEMA}


_PLAIN = ("name", "promise", "audience", "instructions", "opening", "language", "category")
_CHOSEN = {"tone": TONES, "length": LENGTHS, "reading": READINGS}


def _natural(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _share(value: object) -> float:
    return float(value) if isinstance(value, int | float) and 0 < value <= 1 else 0.0

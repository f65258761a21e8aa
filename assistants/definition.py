"""The typed shape of an assistant, to JSON and back.

`SCHEMA` goes up when a field changes its meaning; `from_json` reads every schema that was ever written.
"""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Starter:
    """A first message on offer: a short title and the text that is sent."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the assistant may do besides talking."""

    knowledge: bool = True


@dataclass(frozen=True, slots=True)
class Definition:
    """Everything that makes an assistant behave as it does; empty `model` means the instance's default."""

    name: str = ""
    promise: str = ""
    audience: str = ""
    instructions: str = ""
    opening: str = ""
    language: str = "en"
    category: str = ""
    model: str = ""
    starters: tuple[Starter, ...] = ()
    capabilities: Capabilities = field(default_factory=Capabilities)
    schema: int = SCHEMA

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read a stored definition; unknown keys are ignored, missing ones take their defaults."""
        known = {name: data[name] for name in _PLAIN if name in data}
        starters = tuple(Starter(item["title"], item["text"]) for item in data.get("starters", ()))
        capabilities = Capabilities(knowledge=bool(data.get("capabilities", {}).get("knowledge", True)))
        return cls(**known, starters=starters, capabilities=capabilities)

    def to_json(self) -> dict[str, Any]:
        """What is stored: plain JSON values, with the schema number."""
        return {**asdict(self), "schema": SCHEMA, "starters": [asdict(starter) for starter in self.starters]}


_PLAIN = ("name", "promise", "audience", "instructions", "opening", "language", "category", "model")

"""What happens during a run, as values. A stream of events ends with exactly one terminal event."""

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Event:
    """`name` is the SSE event name; the fields are its data."""

    name: ClassVar[str] = ""
    is_terminal: ClassVar[bool] = False

    def data(self) -> dict[str, Any]:
        """What goes over the wire, as plain JSON values."""
        return {part.name: getattr(self, part.name) for part in fields(self)}


@dataclass(frozen=True, slots=True)
class Started(Event):
    """A worker has taken the run."""

    name: ClassVar[str] = "started"
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Searched(Event):
    """The knowledge was searched."""

    name: ClassVar[str] = "searched"
    files: int = 0
    passages: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Snapshot(Event):
    """Replaces all text shown so far: empty at a new attempt, whole after Redis lost the stream."""

    name: ClassVar[str] = "snapshot"
    text: str = ""


@dataclass(frozen=True, slots=True)
class Text(Event):
    """A piece to append."""

    name: ClassVar[str] = "text"
    text: str = ""


@dataclass(frozen=True, slots=True)
class Done(Event):
    """The whole answer, as it is kept."""

    name: ClassVar[str] = "done"
    is_terminal: ClassVar[bool] = True
    text: str = ""
    citations: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stopped(Event):
    """The person stopped the answer; the partial text is kept."""

    name: ClassVar[str] = "stopped"
    is_terminal: ClassVar[bool] = True
    text: str = ""
    citations: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Failed(Event):
    """No answer; each door turns the code into a sentence in its reader's language."""

    name: ClassVar[str] = "failed"
    is_terminal: ClassVar[bool] = True
    code: str = "internal"
    text: str = ""


TERMINAL = frozenset({Done.name, Stopped.name, Failed.name})

"""Values that pass between the product and a model provider, and the one protocol a provider follows.

Values have no identity: ids, storage and events live elsewhere.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Role = Literal["system", "user", "assistant", "tool"]
FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "cancelled"]


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as the model sees it; `parameters` is a JSON schema object."""

    name: str
    description: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model's wish to run a tool; `arguments` is the JSON text exactly as the model wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One turn as the provider sees it. A `tool` message answers the call named by `tool_call_id`."""

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as counted by the provider; zero where it does not say."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What is asked of a chat model. `None` leaves the provider's default."""

    model: str
    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...] = ()
    temperature: float | None = None
    max_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer. When `finish_reason` is `cancelled`, `text` is what had arrived by then."""

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    usage: Usage = field(default_factory=Usage)
    finish_reason: FinishReason = "stop"


class StreamHandle:
    """Lets another thread stop a stream while `Backend.stream` blocks on it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = False
        self._on_cancel: Callable[[], None] | None = None

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def cancel(self) -> None:
        """Close the provider's connection soon; safe from any thread, any number of times."""
        with self._lock:
            self._cancelled = True
            callback = self._on_cancel
        if callback:
            callback()

    def on_cancel(self, callback: Callable[[], None]) -> None:
        """Register what closes the connection; called at once when already cancelled."""
        with self._lock:
            self._on_cancel = callback
            cancelled = self._cancelled
        if cancelled:
            callback()


class Backend(Protocol):
    """One model provider. Every method raises only `backends.errors.BackendError` and its children."""

    def stream(self, request: ChatRequest, on_text: Callable[[str], None], handle: StreamHandle) -> Reply:
        """Block until the answer is whole; call `on_text` with each drained piece, on the reading loop's thread.

        `on_text` must return at once. The first piece is handed over as soon as it arrives, later ones every
        40 to 120 ms. A cancelled handle ends the call with the partial text.
        """
        ...

    def complete(self, request: ChatRequest) -> Reply:
        """The whole answer in one response, for short work such as a title."""
        ...

    def embed(
        self, model: str, texts: Sequence[str], dimensions: int | None = None, timeout: float | None = None
    ) -> list[list[float]]:
        """One vector per text, in order; `dimensions` only for models that can shorten their vectors.

        After `timeout` seconds, waits and attempts included, it is a `TooSlow`.
        """
        ...

    def list_models(self, timeout: float | None = None) -> list[str]:
        """Names that the provider offers; also the cheapest proof that it answers. `timeout` as in `embed`."""
        ...

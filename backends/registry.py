"""From a provider's address and key to the one `Backend` that talks to it."""

import contextlib
import socket
import threading
from collections.abc import Callable

from backends.base import Backend, ChatRequest, Message, StreamHandle, ToolCall, ToolSpec
from backends.errors import BackendError
from backends.openai_compatible import OpenAICompatible

KINDS: dict[str, Callable[[str, str], Backend]] = {"openai_compatible": OpenAICompatible}

_lock = threading.Lock()
_backends: dict[tuple[str, str, str], Backend] = {}


def backend_for(base_url: str, api_key: str, kind: str = "openai_compatible") -> Backend:
    """The same object for the same address and key, so that connections are shared."""
    key = (kind, base_url.rstrip("/"), api_key)
    with _lock:
        if key not in _backends:
            _backends[key] = KINDS[kind](base_url, api_key)
        return _backends[key]


def warm_up() -> None:
    """At process start: import the client, start the reading loop and walk the whole path of a call once.

    The client builds much of itself at its first call. That call goes to a port of this machine that is held and
    not listened to, so it is refused at once.
    """
    message = Message("user", "", tool_calls=(ToolCall("", "", ""),))
    request = ChatRequest("warm-up", (message,), (ToolSpec("", "", {}),))
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        backend = OpenAICompatible(f"http://127.0.0.1:{held.getsockname()[1]}/v1", "")
        with contextlib.suppress(BackendError):
            backend.stream(request, lambda text: None, StreamHandle())

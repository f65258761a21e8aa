"""From a provider's address and key to the one `Backend` that talks to it."""

import threading
from collections.abc import Callable

from backends.base import Backend
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


def warm_up(base_url: str = "http://127.0.0.1:9/v1", api_key: str = "") -> None:
    """Import the client and start the reading loop at process start, so that the first call pays for neither."""
    OpenAICompatible(base_url, api_key).warm_up()

"""From the openai client's exceptions and the many error bodies of compatible servers to our own family of errors."""

import time
from email.utils import parsedate_to_datetime
from typing import Any

from backends.errors import (
    BackendError,
    ContentRefused,
    ContextTooLong,
    KeyRefused,
    ModelMissing,
    ProviderFailed,
    RateLimited,
    StreamCut,
    Unreachable,
)
from backends.wire import StreamedError

OPTIONAL_PARAMETERS = ("temperature", "max_tokens", "stream_options")

_CONTEXT_CODES = {"context_length_exceeded", "exceed_context_size_error", "string_above_max_length"}
_CONTEXT_WORDS = ("context length", "context window", "context size", "prompt is too long", "too many tokens")
_CONTENT_CODES = {"content_filter", "content_policy_violation", "responsibleaipolicyviolation", "content_refused"}
_CONTENT_WORDS = ("content management policy", "content policy", "safety system")
_MODEL_CODES = {"model_not_found", "model_not_available", "deploymentnotfound", "invalid_model"}
_UNSUPPORTED_WORDS = ("unsupported", "not support", "not permitted", "unrecognized", "unknown", "extra input")


def translate(error: BaseException, *, secret: str = "") -> BackendError:
    """The error of ours that tells best what happened; `secret` never appears in its message."""
    import httpx2  # noqa: PLC0415 (with the client half a second: only for processes that talk to a model)
    import openai  # noqa: PLC0415

    if isinstance(error, BackendError):
        return error
    if isinstance(error, openai.APIStatusError):
        return _from_status(error, secret)
    if isinstance(error, StreamedError):
        return from_body(_status_in(error.body), error.body, _clean(str(error), secret))
    message = _clean(str(error.__cause__ or error) or type(error).__name__, secret)
    if isinstance(error, httpx2.HTTPError) and not isinstance(error, httpx2.TimeoutException):
        return StreamCut("the connection broke before the answer ended")
    if isinstance(error, openai.APIConnectionError | httpx2.TimeoutException | OSError | TimeoutError):
        return Unreachable(message)
    return ProviderFailed(message)


def from_body(status: int, body: dict[str, Any], message: str, retry_after: float | None = None) -> BackendError:
    """Judge by the code in the body first, then by the words, then by the status."""
    named = _by_words(body, message)
    if named:
        return named
    if status in (401, 403):
        return KeyRefused(message)
    if status in (429, 529) or (status == 503 and retry_after is not None):
        return RateLimited(message, retry_after=retry_after)
    if status == 413:
        return ContextTooLong(message)
    if status == 404 and "model" in message.lower():
        return ModelMissing(message)
    return ProviderFailed(message)


def retry_after_seconds(headers: Any) -> float | None:
    """Seconds from `Retry-After` (a number or a date) or `retry-after-ms`."""
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return max(0.0, float(milliseconds) / 1000)
        value = headers.get("retry-after")
        if not value:
            return None
        if value.replace(".", "", 1).isdigit():
            return float(value)
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError):
        return None


def refused_parameter(error: BaseException) -> str:
    """The optional parameter that this provider does not take, or an empty string.

    Reasoning models refuse a temperature and the old name of the token limit; small servers refuse `stream_options`.
    """
    if getattr(error, "status_code", 0) not in (400, 422):
        return ""
    message = str(error).lower()
    if not any(word in message for word in _UNSUPPORTED_WORDS):
        return ""
    named = getattr(error, "param", None)
    return named if named in OPTIONAL_PARAMETERS else next((p for p in OPTIONAL_PARAMETERS if p in message), "")


def was_stale(error: BaseException | None) -> bool:
    """Whether a kept-alive connection turned out to be closed by the provider before it read our request."""
    import aiohttp  # noqa: PLC0415

    while error is not None:
        if isinstance(error, aiohttp.ClientConnectorError):
            return False
        if isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _from_status(error: Any, secret: str) -> BackendError:
    body = error.body if isinstance(error.body, dict) else {}
    message = _clean(str(body.get("message") or error.message), secret)
    wait = retry_after_seconds(error.response.headers)
    return from_body(error.status_code, body, message, wait)


def _by_words(body: dict[str, Any], message: str) -> BackendError | None:
    codes = {str(body.get(key) or "").lower() for key in ("code", "type")}
    words = message.lower()
    if codes & _CONTEXT_CODES or any(word in words for word in _CONTEXT_WORDS):
        return ContextTooLong(message)
    if codes & _CONTENT_CODES or any(word in words for word in _CONTENT_WORDS):
        return ContentRefused(message)
    if codes & _MODEL_CODES:
        return ModelMissing(message)
    return None


def _status_in(body: dict[str, Any]) -> int:
    """Error events carry a status as `code` (vLLM, OpenRouter) or only a type."""
    code = str(body.get("code") or "")
    if code.isdigit():
        return int(code)
    kind = f"{code} {body.get('type') or ''}"
    return 429 if "rate_limit" in kind or "insufficient_quota" in kind else 500


def _clean(message: str, secret: str) -> str:
    message = " ".join(message.split())[:500]
    return message.replace(secret, "…") if len(secret) > 3 else message

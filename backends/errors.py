"""What can go wrong with a model provider, told apart. `code` is stable: it is stored, sent to browsers and translated.

The message is the provider's own, for logs and administrators; people see a sentence chosen by `code`.
"""


class BackendError(Exception):
    """Any failure of a model provider. `partial` is the text that had arrived before it."""

    code = "provider_failed"

    def __init__(self, message: str = "", *, partial: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.partial = partial


class ProviderFailed(BackendError):
    """It answered with an error that fits none of the others, or with something that is no answer."""


class Unreachable(BackendError):
    """No connection, or not a byte within the time allowed."""

    code = "backend_unreachable"


class TooSlow(Unreachable):
    """No answer within the time that the caller had for it."""


class KeyRefused(BackendError):
    """The key is missing, wrong, or not allowed to do this."""

    code = "key_refused"


class RateLimited(BackendError):
    """Too many requests or no credit left; `retry_after` seconds if the provider said so."""

    code = "rate_limited"

    def __init__(self, message: str = "", *, retry_after: float | None = None, partial: str = "") -> None:
        super().__init__(message, partial=partial)
        self.retry_after = retry_after


class ContextTooLong(BackendError):
    """The conversation with its passages is longer than the model reads."""

    code = "context_too_long"


class ContentRefused(BackendError):
    """The provider's own rules forbid the question or the answer."""

    code = "content_refused"


class StreamCut(BackendError):
    """The answer had begun and its connection ended, or fell silent, before the end."""

    code = "stream_cut"


class ModelMissing(BackendError):
    """The provider does not know the model's name."""

    code = "model_missing"

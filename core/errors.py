"""One family of errors that a person may see. Each door translates it once: page, JSON, stream, command line."""

from typing import Any


class AppError(Exception):
    """Something the person can read and act on.

    `message` is a (lazy) translated sentence, `code` a stable word for machines, `field` the form field to blame,
    `retry_after` seconds until it may work.
    """

    status = 400
    code = "invalid"

    def __init__(
        self, message: Any, *, code: str | None = None, field: str | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.field = field
        self.retry_after = retry_after

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(AppError):
    """The person is known and may not do this."""

    status = 403
    code = "not_allowed"


class Conflict(AppError):
    """The thing has moved on since the person looked."""

    status = 409
    code = "conflict"


class LimitReached(AppError):
    """A limit stands in the way; `retry_after` says for how long."""

    status = 429
    code = "limit_reached"

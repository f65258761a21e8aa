"""Who is talking: a value that doors make and services take."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import get_language

from core.crypto import keyed_hash

COOKIE = "visitor"
COOKIE_SECONDS = 60 * 60 * 24 * 90


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account (`user_id`), a guest (`visitor_id`), or nobody yet.

    `address_hash` is a keyed hash of the network address; `language` is what errors and titles are written in.
    """

    user_id: str | None = None
    visitor_id: str | None = None
    address_hash: str = ""
    language: str = "en"

    @property
    def is_known(self) -> bool:
        """Whether a conversation could belong to them."""
        return bool(self.user_id or self.visitor_id)


def person_of(request: HttpRequest) -> Person:
    """Who sends this request: the account of the session, else the guest of the signed cookie."""
    user_id = request.user.pk if request.user.is_authenticated else None
    return Person(
        user_id=user_id,
        visitor_id=None if user_id else visitor_id_of(request),
        address_hash=address_hash_of(request),
        language=get_language() or "en",
    )


def visitor_id_of(request: HttpRequest) -> str | None:
    """The guest's id from the signed cookie; none when it is missing, forged or too old."""
    try:
        return request.get_signed_cookie(COOKIE, salt=COOKIE, max_age=COOKIE_SECONDS)
    except (KeyError, signing.BadSignature):
        return None


def address_hash_of(request: HttpRequest) -> str:
    """A keyed hash of the address. X-Forwarded-For counts only as far as TRUSTED_PROXIES says."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXIES
    address = hops[-trusted] if trusted and len(hops) >= trusted else request.META.get("REMOTE_ADDR", "")
    return keyed_hash(address, "address")

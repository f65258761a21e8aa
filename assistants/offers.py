"""From the models on offer to the backends that answer."""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _

from assistants.models import Offer
from assistants.models.offer import OFFLINE_LABEL
from backends import registry
from backends.base import Backend
from backends.embeddings import Embedder
from backends.errors import BackendError
from core.errors import AppError
from core.remembered import Remembered

EMBEDDER_SECONDS = 5.0
CHAT_SECONDS = 1.0
ANSWERING_SECONDS = 10.0
PATIENCE_SECONDS = 3.0
OFFLINE_NAME = "vitrine-offline"

_asking = threading.Lock()
_answering: tuple[float, bool] | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A model as the environment describes it."""

    kind: str
    name: str
    label: str
    base_url: str
    api_key: str
    is_offline: bool


def backend_for(offer: Offer) -> Backend:
    """Who answers for this offer; connections are shared between offers of one provider."""
    return registry.backend_for(offer.base_url, offer.api_key)


def find(name: str) -> Offer | None:
    """The chat model that a definition names while it is on offer, else the default one, if any."""
    return _named(name, Offer.objects.for_chat())


def choose(name: str) -> Offer:
    """Like `find`, for workers: offers are remembered for a second. Without any chat model it is an AppError."""
    if offer := _named(name, _chat.get()):
        return offer
    raise AppError(_("No model is set up on this site yet. An administrator has to add one."), code="no_model")


def _named(name: str, offers: Iterable[Offer]) -> Offer | None:
    found = list(offers)
    return next((offer for offer in found if offer.name == name), found[0] if found else None)


def is_answering() -> bool:
    """Whether the default chat model's provider answers; asked at most every ten seconds.

    One caller asks; the others hear meanwhile what was found last, and no if nothing is known yet.
    """
    global _answering
    known = _answering
    if known and known[0] > time.monotonic():
        return known[1]
    if not _asking.acquire(blocking=False):
        return bool(known and known[1])
    try:
        found = _ask()
        _answering = (time.monotonic() + ANSWERING_SECONDS, found)
    finally:
        _asking.release()
    return found


def _ask() -> bool:
    try:
        if offer := find(""):
            backend_for(offer).list_models(PATIENCE_SECONDS)
    except (BackendError, DatabaseError):
        return False
    return offer is not None


def embedder() -> Embedder:
    """The default embedding model; remembered for a few seconds, so that a change in the table is soon heard."""
    return _embedder.get()


def forget() -> None:
    """Read the table again at the next call; for who has changed it."""
    _chat.forget()
    _embedder.forget()


def _read_embedder() -> Embedder:
    offer = Offer.objects.for_embedding().first()
    if not offer:
        raise AppError(
            _("No embedding model is set up on this site yet. An administrator has to add one."),
            code="embedding_unavailable",
        )
    return Embedder(backend_for(offer), offer.name)


_chat = Remembered(lambda: list(Offer.objects.for_chat()), CHAT_SECONDS)
_embedder = Remembered(_read_embedder, EMBEDDER_SECONDS)


@transaction.atomic
def ensure_from_environment() -> None:
    """Fill the table at first start, and keep in step what was filled then and no administrator has taken over."""
    for wanted in _wanted():
        followers = Offer.objects.filter(kind=wanted.kind, follows_environment=True)
        follower = followers.select_for_update().first()
        if follower:
            _follow(follower, wanted)
        elif not Offer.objects.filter(kind=wanted.kind).exists():
            _follow(Offer(kind=wanted.kind, is_default=True, follows_environment=True), wanted)
    forget()


def _wanted() -> list[Wanted]:
    """The models that the environment names; a chat model without name is none."""
    if settings.OFFLINE_MODEL:
        chat, label = settings.CHAT_MODEL or OFFLINE_NAME, OFFLINE_LABEL
    else:
        chat, label = settings.CHAT_MODEL, settings.CHAT_MODEL
    embedding = settings.EMBEDDING_MODEL
    is_same_place = settings.EMBEDDING_BASE_URL == settings.OPENAI_BASE_URL
    found = [
        Wanted("chat", chat, label, settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY, settings.OFFLINE_MODEL),
        Wanted(
            "embedding",
            embedding,
            embedding.rpartition("/")[2],
            settings.EMBEDDING_BASE_URL,
            settings.EMBEDDING_API_KEY,
            settings.OFFLINE_MODEL and is_same_place,
        ),
    ]
    return [wanted for wanted in found if wanted.name]


def _follow(offer: Offer, wanted: Wanted) -> None:
    """Take address, name and key from the environment; price, abilities and a label of one's own stay."""
    twins = Offer.objects.filter(kind=wanted.kind, name=wanted.name, base_url=wanted.base_url)
    if twins.exclude(pk=offer.pk).exists():
        return  # an administrator entered the same model by hand
    if offer.name != wanted.name:
        offer.label = wanted.label[:80]
    offer.name, offer.base_url, offer.api_key = wanted.name, wanted.base_url, wanted.api_key
    offer.is_offline = wanted.is_offline
    offer.save()

"""What workers do for the store."""

import logging

from celery import shared_task
from django.db.models import QuerySet
from kombu.exceptions import OperationalError

from assistants import offers
from assistants.knowledge import pool
from backends.errors import BackendError
from core.errors import AppError
from store import ranking
from store.models import Listing

logger = logging.getLogger(__name__)


BATCH = 64


@shared_task
def count_people() -> None:
    """Keep the numbers on the cards fresh, and give late listings their meaning."""
    ranking.count_people()
    _embed(Listing.objects.live())


@shared_task
def embed_listing(listing_id: str) -> None:
    """Find the meaning of a listing's texts; while the embedder is away the listing is found by name and words."""
    _embed(Listing.objects.filter(pk=listing_id))


def _embed(listings: QuerySet[Listing]) -> None:
    """Those without meaning, and those whose meaning another model found."""
    try:
        embedder = offers.embedder()
        late = list(listings.exclude(embedder=embedder.tag).values_list("pk", "meaning_text")[:BATCH])
        pool.give_back()
        vectors = embedder.embed_passages([text for _pk, text in late])
    except (BackendError, AppError) as error:
        logger.warning("Listings wait for their meaning: %s", error)
        return
    for (pk, text), vector in zip(late, vectors, strict=True):
        same = Listing.objects.filter(pk=pk, meaning_text=text)
        same.update(embedding=vector, embedder=embedder.tag)


def enqueue_embedding(listing_id: str) -> None:
    """After commit; while Redis is away `count_people` makes up for it."""
    try:
        embed_listing.delay(listing_id)
    except OperationalError as error:
        logger.warning("Listing %s waits for Redis: %s", listing_id, error)

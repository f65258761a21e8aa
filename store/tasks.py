"""What workers do for the store."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from assistants import offers
from backends.errors import BackendError
from core.errors import AppError
from store import ranking
from store.models import Listing

logger = logging.getLogger(__name__)


@shared_task
def count_people() -> None:
    """Keep the numbers on the cards fresh, and give late listings their meaning."""
    ranking.count_people()
    for pk in Listing.objects.live().filter(embedding=None).values_list("pk", flat=True)[:50]:
        embed_listing(pk)


@shared_task
def embed_listing(listing_id: str) -> None:
    """Find the meaning of a listing's texts; while the embedder is away the listing is found by name and words."""
    listing = Listing.objects.get(pk=listing_id)
    try:
        vectors = offers.embedder().embed_passages([listing.meaning_text])
    except (BackendError, AppError) as error:
        logger.warning("Listing %s has no meaning yet: %s", listing_id, error)
        return
    Listing.objects.filter(pk=listing_id).update(embedding=vectors[0])


def enqueue_embedding(listing_id: str) -> None:
    """After commit; while Redis is away `count_people` makes up for it."""
    try:
        embed_listing.delay(listing_id)
    except OperationalError as error:
        logger.warning("Listing %s waits for Redis: %s", listing_id, error)

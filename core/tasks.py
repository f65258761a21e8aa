"""Proof of life: the worker runs what beat sends, and both leave a mark in Redis that /healthz reads."""

import logging

from celery import shared_task

from core import health

logger = logging.getLogger(__name__)


@shared_task
def pulse() -> None:
    """Sent by beat every five seconds; that it runs proves beat and a worker."""
    health.mark("beat")

"""The database pool is small and models are slow."""

from django.db import connection


def give_back() -> None:
    """Return this thread's connection before waiting for something, unless the caller is inside a transaction."""
    if not connection.in_atomic_block:
        connection.close()

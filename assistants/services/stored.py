"""Stored files that belong to rows."""

from functools import partial

from django.db import transaction
from django.db.models.fields.files import FieldFile


def forget_stored(stored: FieldFile) -> None:
    """Delete what is stored once nothing can roll back."""
    if name := stored.name:
        storage = stored.storage
        transaction.on_commit(partial(storage.delete, name))

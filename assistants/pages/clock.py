"""Times as the builder says them."""

from django.utils import timezone
from django.utils.formats import date_format


def clock() -> str:
    """Now, on the person's clock."""
    return date_format(timezone.localtime(), "H:i")

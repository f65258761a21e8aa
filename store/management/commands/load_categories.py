from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from store import services


class Command(BaseCommand):
    """Fill the store's shelves."""

    help = "Create the categories of the sample catalogue; existing ones keep their texts."

    def handle(self, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "samples" / "categories.json"
        count = services.load_categories(path)
        self.stdout.write(f"{count} categories")

from typing import Any

from django.core.management.base import BaseCommand

from assistants import offers


class Command(BaseCommand):
    """Fill the table of models from the environment."""

    help = "Create the models on offer that the environment describes; those an administrator changed stay."

    def handle(self, **options: Any) -> None:
        offers.ensure_from_environment()

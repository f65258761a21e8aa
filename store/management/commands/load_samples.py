from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.models import User
from store import services


class Command(BaseCommand):
    """Publish the sample catalogue."""

    help = "Import samples/ for a creator and publish what is new or has changed; safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--owner", required=True, help="e-mail of the creator")

    def handle(self, **options: Any) -> None:
        owner = User.objects.get(email=options["owner"])
        published = services.load_samples(folder=Path(settings.BASE_DIR) / "samples", owner=owner)
        self.stdout.write(f"{published} samples published")

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from core import storage, translations


class Command(BaseCommand):
    """Everything between an empty database and a working store; quick when nothing has changed."""

    help = "Migrate, compile translations, collect static files, create people, models, categories and samples."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=Path, help="JSON file with the e-mails and passwords of the first people")

    def handle(self, **options: Any) -> None:
        translations.compile_all(settings.LOCALE_PATHS)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        storage.collect_when_changed()
        call_command("load_models", verbosity=0)
        call_command("load_categories", verbosity=0)
        if options["people"]:
            people = json.loads(options["people"].read_text())
            keys = ("admin_email", "admin_password", "creator_email", "creator_password")
            call_command("create_people", verbosity=0, **{key: people[key] for key in keys})
            call_command("load_samples", owner=people["creator_email"], verbosity=0)

import hashlib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand

from core import translations


class Command(BaseCommand):
    """Everything between an empty database and a working store; quick when nothing has changed."""

    help = "Migrate, compile translations, collect static files, create people, models, categories and samples."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=Path, help="JSON file with the e-mails and passwords of the first people")

    def handle(self, **options: Any) -> None:
        translations.compile_all(settings.LOCALE_PATHS)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        self._collect_static()
        call_command("load_models", verbosity=0)
        call_command("load_categories", verbosity=0)
        if options["people"]:
            people = json.loads(options["people"].read_text())
            keys = ("admin_email", "admin_password", "creator_email", "creator_password")
            call_command("create_people", verbosity=0, **{key: people[key] for key in keys})
            call_command("load_samples", owner=people["creator_email"], verbosity=0)

    def _collect_static(self) -> None:
        stamp = Path(settings.STATIC_ROOT) / ".stamp"
        print_now = fingerprint()
        if not stamp.exists() or stamp.read_text() != print_now:
            call_command("collectstatic", interactive=False, verbosity=0, clear=True)
            stamp.write_text(print_now)


def fingerprint() -> str:
    """Changes when any static file does."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path}:{stat.st_size}:{stat.st_mtime_ns}".encode())
    return digest.hexdigest()

"""The two people of a fresh instance."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts import services


class Command(BaseCommand):
    """Safe to run at every start: whoever is there already keeps their password and their name."""

    help = "Make the administrator and the creator of the sample catalogue, unless they are there."

    def add_arguments(self, parser: CommandParser) -> None:
        """Both people are named by their address; passwords are never printed."""
        for person in ("admin", "creator"):
            parser.add_argument(f"--{person}-email", required=True)
            parser.add_argument(f"--{person}-password", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each: made, or there already."""
        is_new = services.ensure_person(
            email=options["admin_email"],
            password=options["admin_password"],
            display_name="Administrator",
            handle="administrator",
            is_administrator=True,
        )
        self._report(options["admin_email"], is_new)
        is_new = services.ensure_person(
            email=options["creator_email"],
            password=options["creator_password"],
            display_name="Atelier Vitrine",
            handle="atelier",
        )
        self._report(options["creator_email"], is_new)

    def _report(self, email: str, is_new: bool) -> None:
        self.stdout.write(f"{email}: {'made' if is_new else 'there already'}")

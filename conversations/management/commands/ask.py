import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assistants.models import Assistant
from conversations import failures, services
from conversations.events import TERMINAL, Done, Failed, Snapshot, Text
from conversations.models import Run, Surface
from conversations.people import Person
from conversations.sse import ending
from conversations.stream import key
from core import redis
from core.errors import AppError

BLOCK_MS = 500
PATIENCE_SECONDS = 60


class Command(BaseCommand):
    """Talk to an assistant from a terminal, through a worker like everybody else."""

    help = 'Ask an assistant: `ask --list`, or `ask <assistant> "<question>"`.'

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("assistant", nargs="?", help="its slug")
        parser.add_argument("question", nargs="?")
        parser.add_argument("--list", action="store_true", help="the assistants one can talk to, a slug a line")

    def handle(self, **options: Any) -> None:
        if options["list"]:
            slugs = Assistant.objects.live().order_by("slug").values_list("slug", flat=True)
            self.stdout.write("\n".join(slugs))
        elif options["assistant"] and options["question"]:
            self._ask(options["assistant"], options["question"])
        else:
            raise CommandError('give an assistant and a question, as in: ask le-bon-ton "Comment refuser ?"')

    def _ask(self, slug: str, question: str) -> None:
        assistant = Assistant.objects.live().filter(slug=slug).select_related("live_version").first()
        if assistant is None:
            raise CommandError(f"there is no assistant {slug!r}; `ask --list` names those that there are")
        person = Person(visitor_id=services.new_visitor().pk)
        try:
            conversation = services.start_conversation(person=person, assistant=assistant, surface=Surface.COMMAND)
            run = services.send_message(person=person, conversation=conversation, text=question).run
        except AppError as error:
            raise CommandError(str(error)) from error
        self._print(follow(run))

    def _print(self, events: Iterator[tuple[str, dict[str, Any]]]) -> None:
        for name, data in events:
            if name in (Text.name, Snapshot.name):
                self.stdout.write(data["text"], ending="")
                sys.stdout.flush()
            elif name == Failed.name:
                raise CommandError(failures.sentence(data["code"]))
            elif name == Done.name:
                self._print_citations(data["citations"])

    def _print_citations(self, citations: list[dict[str, Any]]) -> None:
        self.stdout.write("\n")
        for citation in citations:
            page = f", p. {citation['page']}" if citation["page"] else ""
            heading = f" · {citation['heading']}" if citation["heading"] else ""
            self.stdout.write(f"[{citation['n']}] {citation['file_name']}{page}{heading}")


def follow(run: Run) -> Iterator[tuple[str, dict[str, Any]]]:
    """The run's events until the terminal one; from Postgres when Redis has nothing to say. CommandError in the end."""
    last, heard_at = "0-0", time.monotonic()
    while time.monotonic() - heard_at < PATIENCE_SECONDS:
        for entry, fields in _read(run.pk, last):
            last, heard_at = entry, time.monotonic()
            name = fields[b"n"].decode()
            yield name, json.loads(fields[b"d"])
            if name in TERMINAL:
                return
        found = Run.objects.select_related("answer").get(pk=run.pk)
        if (event := ending(found)) and time.monotonic() - heard_at > 1:
            yield Snapshot.name, {"text": found.answer.text}
            yield event.name, event.data()
            return
    raise CommandError(f"no answer for {PATIENCE_SECONDS} s: is `make run` running?")


def _read(run_id: str, after: str) -> list[tuple[str, dict[bytes, bytes]]]:
    try:
        answer: Any = redis.client().xread({key(run_id): after}, block=BLOCK_MS)
    except redis.Error:
        time.sleep(1)
        return []
    found = redis.stream_entries(answer)
    return [(entry.decode(), fields) for entries in found.values() for entry, fields in entries]

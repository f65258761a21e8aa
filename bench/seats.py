"""People with sessions and conversations for a benchmark, written straight to its own database."""

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import User  # noqa: E402
from assistants import services  # noqa: E402
from assistants.definition import Capabilities, Definition  # noqa: E402
from assistants.models import Assistant, Offer  # noqa: E402
from bench.streams import Seat  # noqa: E402
from conversations.models import Conversation, Message, Visitor  # noqa: E402

CSRF = "b" * 32


def make(count: int) -> list[Seat]:
    """A fresh database with this many people, each in a conversation that has begun."""
    call_command("prepare", verbosity=0)
    Visitor.objects.all().delete()
    Conversation.objects.all().delete()
    Assistant.objects.all().delete()
    User.objects.all().delete()
    Offer.objects.all().delete()
    Offer.objects.create(kind="chat", name="bench", label="Bench", base_url=settings.OPENAI_BASE_URL, is_default=True)
    creator = User.objects.create_user("creator@bench.example", None, display_name="Creator", handle="creator")
    assistant = _assistant(creator)
    seats = [_seat(assistant, number) for number in range(count)]
    connections.close_all()
    return seats


def _assistant(creator: User) -> Assistant:
    """Without knowledge: what is measured is the talk, not the search."""
    definition = Definition(
        name="Bench",
        promise="Answers at once.",
        instructions="Answer the question.",
        category="ecrire",
        capabilities=Capabilities(knowledge=False),
    )
    assistant = services.create_assistant(owner=creator, definition=definition)
    version = services.publish_version(assistant=assistant, author=creator)
    return services.release_version(version=version)


def _seat(assistant: Assistant, number: int) -> Seat:
    person = User(email=f"p{number}@bench.example", display_name=f"Person {number}", handle=f"person-{number}")
    person.set_unusable_password()
    person.save()
    conversation = Conversation.objects.create(
        assistant=assistant, assistant_name="Bench", owner=person, title="Bench", is_title_final=True
    )
    turns = [("person", "What is this?"), ("assistant", "A benchmark.")]
    Message.objects.bulk_create(
        Message(conversation=conversation, position=position, role=role, text=text)
        for position, (role, text) in enumerate(turns)
    )
    session = SessionStore()
    session[SESSION_KEY] = person.pk
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    cookies = f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={CSRF}"
    return Seat(reverse("conversations:send", args=[conversation.pk]), cookies, CSRF)

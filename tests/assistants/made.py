"""Things that tests of this app make: a complete draft, pictures, uploads."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from assistants import services
from assistants.definition import Definition, Starter
from assistants.models import Assistant

SignIn = Callable[[User], Client]
COMPLETE = Definition(
    name="Returns desk",
    promise="Answers questions about returns.",
    instructions="Answer from the files.",
    category="servir",
    starters=(Starter("Return", "How do I return this?"),),
)


def assistant_of(owner: User, **changes: Any) -> Assistant:
    """A complete draft, unless the changes say otherwise."""
    facts = {name: getattr(COMPLETE, name) for name in Definition.__dataclass_fields__}
    return services.create_assistant(owner=owner, definition=Definition(**(facts | changes)))


def typed(assistant: Assistant, **changes: Any) -> dict[str, Any]:
    """What the builder's form posts for a draft."""
    draft = assistant.draft_definition
    names = ("name", "promise", "audience", "category", "language", "instructions", "opening", "model")
    fields = {name: getattr(draft, name) for name in names}
    fields["starter_title"] = [starter.title for starter in draft.starters]
    fields["starter_text"] = [starter.text for starter in draft.starters]
    return fields | {"uses_knowledge": "on"} | changes


def upload(content: bytes = b"# Returns\n\nThirty days.", name: str = "returns.md") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def picture(width: int = 640, height: int = 400, form: str = "PNG", **extra: Any) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (width, height), (20, 60, 200)).save(out, form, **extra)
    return SimpleUploadedFile(f"me.{form.lower()}", out.getvalue())

"""The picture of an assistant."""

from django.core.files import File
from django.db import transaction

from assistants import picture
from assistants.models import Assistant
from assistants.services.stored import forget_stored


@transaction.atomic
def set_avatar(*, assistant: Assistant, upload: File[bytes]) -> Assistant:
    """Replace the figurine or the former picture."""
    content = picture.square_webp(upload)
    forget_stored(assistant.avatar)
    assistant.avatar.save("avatar.webp", content, save=False)
    assistant.save(update_fields=["avatar", "updated_at"])
    return assistant


@transaction.atomic
def remove_avatar(*, assistant: Assistant) -> Assistant:
    """Go back to the figurine."""
    forget_stored(assistant.avatar)
    assistant.avatar = None
    assistant.save(update_fields=["avatar", "updated_at"])
    return assistant

"""What creators do to their assistants. Every verb is atomic and raises AppError when it can't be done."""

from assistants.services.drafts import (
    LENGTHS,
    MAX_STARTERS,
    STARTER_TEXT_LENGTH,
    STARTER_TITLE_LENGTH,
    check_lengths,
    create_assistant,
    delete_assistant,
    erase_person,
    missing,
    save_draft,
)
from assistants.services.files import add_file, remove_file, retry_file
from assistants.services.pictures import remove_avatar, set_avatar
from assistants.services.slugs import SLUG_LENGTH
from assistants.services.versions import publish, publish_version, release_version, take_down, withdraw

__all__ = [
    "LENGTHS",
    "MAX_STARTERS",
    "SLUG_LENGTH",
    "STARTER_TEXT_LENGTH",
    "STARTER_TITLE_LENGTH",
    "add_file",
    "check_lengths",
    "create_assistant",
    "delete_assistant",
    "erase_person",
    "missing",
    "publish",
    "publish_version",
    "release_version",
    "remove_avatar",
    "remove_file",
    "retry_file",
    "save_draft",
    "set_avatar",
    "take_down",
    "withdraw",
]

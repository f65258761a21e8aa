"""What knowledge may cost, by setting."""

from django.conf import settings

from assistants.knowledge.reader import Limits

MEGABYTE = 1024 * 1024


def reading() -> Limits:
    """The limits of one file."""
    return Limits(
        file_bytes=_setting("KNOWLEDGE_MAX_FILE_BYTES", 50 * MEGABYTE),
        seconds=_setting("KNOWLEDGE_READ_SECONDS", 120),
        memory=_setting("KNOWLEDGE_READ_MEMORY_MB", 1024) * MEGABYTE,
        pages=_setting("KNOWLEDGE_MAX_PAGES", 5000),
    )


def max_passages() -> int:
    """The most passages of a base: an exact scan over this many takes some 15 ms."""
    return _setting("KNOWLEDGE_MAX_PASSAGES", 20_000)


def readers() -> int:
    """How many files one worker process reads at a time; the others wait in Postgres."""
    return _setting("KNOWLEDGE_READERS", 2)


def _setting(name: str, default: int) -> int:
    return int(getattr(settings, name, default))

"""What published versions say, remembered."""

from functools import lru_cache

from assistants.definition import Definition
from assistants.models import AssistantVersion

REMEMBERED = 256


@lru_cache(REMEMBERED)
def definition_of(version_id: str) -> Definition:
    """A version's content, typed. A version never changes, so what was read once holds for ever."""
    return AssistantVersion.objects.only("content").get(pk=version_id).definition

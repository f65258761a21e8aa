"""Files whose reading was lost: their worker died, or Redis forgot the task."""

from datetime import timedelta

from django.utils import timezone

from assistants.models import KnowledgeFile

SILENT_SECONDS = 60
MAX_ATTEMPTS = 3


def put_back_lost() -> list[str]:
    """Queue again what has been silent for a minute; gives the ids. A third lost attempt ends as `lost`."""
    silent_since = timezone.now() - timedelta(seconds=SILENT_SECONDS)
    silent = KnowledgeFile.objects.unfinished().filter(heartbeat_at__lt=silent_since)
    started = silent.exclude(state=KnowledgeFile.State.QUEUED)
    started.filter(attempt__gte=MAX_ATTEMPTS).update(state=KnowledgeFile.State.FAILED, error_code="lost")
    return [file_id for file_id in silent.values_list("id", flat=True) if _put_back(file_id, silent_since)]


def _put_back(file_id: str, silent_since: object) -> bool:
    """Only one sweeper gets each file, and a worker that has just spoken keeps it."""
    lost = KnowledgeFile.objects.unfinished().filter(id=file_id, heartbeat_at__lt=silent_since)
    return bool(lost.update(state=KnowledgeFile.State.QUEUED, heartbeat_at=timezone.now()))

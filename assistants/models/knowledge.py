"""Knowledge: files of a base, cut into passages that are searched and cited."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from core.ids import id_field


class KnowledgeBase(models.Model):
    """A set of files that assistants search together. `embedder` tags the model that made its vectors."""

    id = id_field("kb")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="knowledge_bases")
    name = models.CharField(max_length=120)
    embedder = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


def upload_path(file: "KnowledgeFile", name: str) -> str:
    """Files are stored under ids alone: a name given by a person never reaches the disk."""
    return f"knowledge/{file.base_id}/{file.id}"


class KnowledgeFileQuerySet(models.QuerySet["KnowledgeFile"]):
    """Questions about files."""

    def unfinished(self) -> Self:
        """Files that still wait or are being read."""
        return self.exclude(state__in=[KnowledgeFile.State.READY, KnowledgeFile.State.FAILED])


class KnowledgeFile(models.Model):
    """A file and how far its reading has come. `progress_*` counts pages while reading, passages while indexing."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        READING = "reading", _("Reading")
        INDEXING = "indexing", _("Indexing")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    id = id_field("file")
    base = models.ForeignKey(KnowledgeBase, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    upload = models.FileField(upload_to=upload_path, max_length=255)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    origin = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=40, blank=True)
    error_detail = models.JSONField(default=dict, blank=True)
    pages = models.PositiveIntegerField(default=0)
    passages_count = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=8, blank=True)
    regconfig = models.CharField(max_length=20, default="simple")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = KnowledgeFileQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            # assistants.tasks.sweep_files looks for work that was lost
            models.Index("heartbeat_at", name="files_unfinished", condition=~models.Q(state__in=["ready", "failed"])),
        ]

    def __str__(self) -> str:
        return self.name


class Passage(models.Model):
    """A piece of a file: what is found, handed to the model and cited.

    `lexemes` holds the words of heading and body, `length` their number (BM25), `embedding` the meaning. Neither has
    an index: a search reads the passages of its own bases alone, found by the index on `base`.
    """

    base = models.ForeignKey(KnowledgeBase, on_delete=models.CASCADE, related_name="passages")
    file = models.ForeignKey(KnowledgeFile, on_delete=models.CASCADE, related_name="passages")
    position = models.PositiveIntegerField()
    page = models.PositiveIntegerField(null=True, blank=True)
    heading = models.TextField(blank=True)
    body = models.TextField()
    lexemes = SearchVectorField()
    length = models.PositiveIntegerField(default=0)
    # Without fixed dimensions: each base keeps its embedder's own. Search is an exact scan inside the base.
    embedding = HalfVectorField(null=True, blank=True)
    is_enabled = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint("file", "position", name="one_passage_per_position")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.position}"

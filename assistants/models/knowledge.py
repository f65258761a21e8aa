"""Knowledge: files of a base, cut into passages that are searched and cited."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from core.ids import id_field

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class KnowledgeBaseQuerySet(models.QuerySet["KnowledgeBase"]):
    """Questions about knowledge bases. Access is always one of these, so a stranger gets a 404."""

    def shared(self) -> Self:
        """Bases that stand for themselves, not the one that each assistant has of its own."""
        return self.filter(assistant=None)

    def editable_by(self, user: "User | AnonymousUser") -> Self:
        """Bases whose files this person may change."""
        if not user.is_authenticated:
            return self.none()
        granted = BaseShare.objects.filter(user=user, role=BaseShare.Role.EDIT).values("base")
        return self.filter(models.Q(owner=user) | models.Q(pk__in=granted))

    def usable_by(self, user: "User | AnonymousUser") -> Self:
        """Bases that this person may attach to an assistant."""
        if not user.is_authenticated:
            return self.none()
        granted = BaseShare.objects.filter(user=user).values("base")
        return self.filter(models.Q(owner=user) | models.Q(is_for_everybody=True) | models.Q(pk__in=granted))


class KnowledgeBase(models.Model):
    """A set of files that assistants search together.

    `embedder` tags the model that made its vectors, `next_embedder` the one that is making new ones beside them.
    """

    id = id_field("kb")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="knowledge_bases")
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    # every creator of this site may attach it
    is_for_everybody = models.BooleanField(default=False)
    embedder = models.CharField(max_length=120, blank=True)
    next_embedder = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = KnowledgeBaseQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class BaseShare(models.Model):
    """Somebody else who may attach a base to their assistants, or change its files."""

    class Role(models.TextChoices):
        USE = "use", _("Use")
        EDIT = "edit", _("Use and change")

    base = models.ForeignKey(KnowledgeBase, on_delete=models.CASCADE, related_name="shares")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="base_shares")
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.USE)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint("base", "user", name="one_share_per_person")]

    def __str__(self) -> str:
        return f"{self.base_id} {self.user_id}: {self.role}"


class WebSource(models.Model):
    """A web page, or a sitemap and its pages, read into a base again and again. Each page is a file of the base.

    `every_hours` is 0 for once only. `changes` tells what the last reading brought: lists of addresses under `added`,
    `changed`, `gone`, and `{"url", "code", ...}` under `failed`.
    """

    class Kind(models.TextChoices):
        PAGE = "page", _("One page")
        SITEMAP = "sitemap", _("All pages of a sitemap")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        READING = "reading", _("Reading")
        READY = "ready", _("Up to date")
        FAILED = "failed", _("Failed")

    id = id_field("src")
    base = models.ForeignKey(KnowledgeBase, on_delete=models.CASCADE, related_name="sources")
    url = models.URLField(max_length=1000)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.PAGE)
    every_hours = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=40, blank=True)
    error_detail = models.JSONField(default=dict, blank=True)
    changes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint("base", "url", name="one_source_per_address")]
        indexes = [
            # the sweeper asks what is due
            models.Index("next_at", name="sources_due", condition=models.Q(next_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.url


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
    # a page of the web: where it was read, and what its server said so that an unchanged one need not be sent again
    source = models.ForeignKey(WebSource, on_delete=models.CASCADE, null=True, blank=True, related_name="files")
    url = models.URLField(max_length=1000, blank=True)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=60, blank=True)
    # {"at", "added": [...], "removed": [...]}: what the last reading that changed anything brought, cut short
    changes = models.JSONField(default=dict, blank=True)
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
    # by `KnowledgeBase.next_embedder`, until all passages have one and the columns are swapped
    next_embedding = HalfVectorField(null=True, blank=True)
    is_enabled = models.BooleanField(default=True)
    # what the file says where a creator has corrected it; empty while nobody has
    original_body = models.TextField(blank=True, db_default="")

    class Meta:
        constraints = [models.UniqueConstraint("file", "position", name="one_passage_per_position")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.position}"

"""Assistants and their immutable versions."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assistants.definition import Definition
from assistants.models.knowledge import KnowledgeBase
from core.ids import id_field

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class AssistantQuerySet(models.QuerySet["Assistant"]):
    """Questions about assistants. Access is always one of these, so a stranger gets a 404."""

    def editable_by(self, user: "User | AnonymousUser") -> Self:
        """Assistants that this person made."""
        return self.filter(owner=user) if user.is_authenticated else self.none()

    def live(self) -> Self:
        """Assistants that anybody may talk to: a version of theirs has been released."""
        return self.filter(live_version__isnull=False)


def avatar_path(assistant: "Assistant", name: str) -> str:
    """Pictures are stored under the id alone."""
    return f"avatars/{assistant.id}.webp"


class Assistant(models.Model):
    """What a creator makes. `draft` is a definition as JSON; people meet `live_version`, never the draft."""

    id = id_field("ast")
    slug = models.SlugField(max_length=80, unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assistants")
    draft = models.JSONField(default=dict)
    avatar = models.ImageField(upload_to=avatar_path, blank=True)
    knowledge_base = models.OneToOneField(KnowledgeBase, on_delete=models.RESTRICT, related_name="assistant")
    live_version = models.ForeignKey(
        "AssistantVersion", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # the digest of the portable folder it was last read from: an unchanged one is not read again
    bundle_digest = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AssistantQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def draft_definition(self) -> Definition:
        """The draft, typed."""
        return Definition.from_json(self.draft)

    @property
    def definition(self) -> Definition:
        """What people meet while a version is live; else the draft's, which only its creator's pages may show."""
        return self.live_version.definition if self.live_version else self.draft_definition

    @property
    def name(self) -> str:
        """The name people see."""
        return self.definition.name or str(_("Untitled assistant"))

    @property
    def avatar_url(self) -> str:
        """The creator's picture, or nothing: then the figurine of the id stands in its place."""
        return f"/assistants/{self.id}/avatar.webp?{int(self.updated_at.timestamp())}" if self.avatar else ""


class AssistantVersion(models.Model):
    """A definition that was published: never changed afterwards, so every answer can say who gave it."""

    id = id_field("ver")
    assistant = models.ForeignKey(Assistant, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    schema = models.PositiveSmallIntegerField()
    content = models.JSONField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    notes = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint("assistant", "number", name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.assistant_id} v{self.number}"

    @cached_property
    def definition(self) -> Definition:
        """The content, typed."""
        return Definition.from_json(self.content)

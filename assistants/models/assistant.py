"""Assistants and their immutable versions."""

import secrets
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

    def owned_by(self, user: "User | AnonymousUser") -> Self:
        """Assistants that belong to this person."""
        return self.filter(owner=user) if user.is_authenticated else self.none()

    def editable_by(self, user: "User | AnonymousUser") -> Self:
        """Assistants that this person may change: their own, and those that they are an editor of."""
        if not user.is_authenticated:
            return self.none()
        edited = Member.objects.filter(user=user, role=Member.Role.EDIT).values("assistant")
        return self.filter(models.Q(owner=user) | models.Q(pk__in=edited))

    def live(self) -> Self:
        """Assistants with a released version that the store shows to everybody."""
        return self.filter(live_version__isnull=False, visibility=Visibility.STORE)

    def open_to(self, user: "User | AnonymousUser") -> Self:
        """Released assistants that this person may talk to without a link: the store's, their own, by invitation."""
        released = self.filter(live_version__isnull=False)
        everybody = models.Q(visibility=Visibility.STORE)
        if not user.is_authenticated:
            return released.filter(everybody)
        invited = Member.objects.filter(user=user).values("assistant")
        return released.filter(everybody | models.Q(owner=user) | models.Q(pk__in=invited))


class Visibility(models.TextChoices):
    """Who may talk to the live version."""

    PRIVATE = "private", _("Only me and the editors")
    INVITED = "invited", _("Invited people")
    LINK = "link", _("Anyone with the link")
    STORE = "store", _("Everybody, in the store")


class Recipe(models.TextChoices):
    """What those who may talk to it may see of how it is made."""

    HIDDEN = "hidden", _("Talk only")
    COPY = "copy", _("View and copy")


def new_link_token() -> str:
    """128 bits that nobody guesses."""
    return secrets.token_urlsafe(16)


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
    visibility = models.CharField(max_length=12, choices=Visibility.choices, default=Visibility.STORE)
    recipe = models.CharField(max_length=12, choices=Recipe.choices, default=Recipe.HIDDEN)
    # the secret part of the address that `Visibility.LINK` opens; made when first wanted, a new one closes the old
    link_token = models.CharField(max_length=40, blank=True)
    # what it was remixed from; the name stays for the credit line when that is gone
    origin = models.ForeignKey(
        "AssistantVersion", on_delete=models.SET_NULL, null=True, blank=True, related_name="remixes"
    )
    origin_credit = models.CharField(max_length=200, blank=True)
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
        constraints = [
            models.UniqueConstraint("link_token", name="one_assistant_per_link", condition=~models.Q(link_token="")),
        ]

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


class Member(models.Model):
    """Somebody else who may talk to an assistant, see its recipe, or change it."""

    class Role(models.TextChoices):
        TALK = "talk", _("Talk")
        VIEW = "view", _("Talk, view and copy")
        EDIT = "edit", _("Edit")

    assistant = models.ForeignKey(Assistant, on_delete=models.CASCADE, related_name="members")
    # Without account until somebody proves the address: then `user` is filled.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="memberships")
    email = models.EmailField()
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.TALK)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint("assistant", "email", name="one_membership_per_address")]

    def __str__(self) -> str:
        return f"{self.email}: {self.role}"

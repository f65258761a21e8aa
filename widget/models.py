"""People meet an assistant on another website."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import User
from assistants.models import Assistant
from core.ids import id_field


class EmbedQuerySet(models.QuerySet["Embed"]):
    """Questions about embeds."""

    def editable_by(self, user: User) -> Self:
        """Embeds of this person's assistants."""
        return self.filter(assistant__owner=user)

    def answering(self) -> Self:
        """Embeds that may be opened: switched on, and their assistant is live."""
        return self.filter(is_enabled=True, assistant__live_version__isnull=False)


class Embed(models.Model):
    """Permission for websites to show one assistant. Only the id stands in their pages; it is no secret.

    `origins` are scheme, host and port, such as `https://www.example.org`; an empty list refuses everybody.
    """

    id = id_field("emb")
    assistant = models.ForeignKey(Assistant, on_delete=models.CASCADE, related_name="embeds")
    origins = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    is_enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EmbedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.id

"""The models that an administrator offers to creators."""

from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from core.crypto import EncryptedTextField

OFFLINE_LABEL = gettext_noop("Offline demonstration model")


class OfferQuerySet(models.QuerySet["Offer"]):
    """Questions about offers."""

    def for_chat(self) -> Self:
        """Enabled chat models, the default first."""
        return self.filter(kind=Offer.Kind.CHAT, is_enabled=True).order_by("-is_default", "label")

    def for_embedding(self) -> Self:
        """Enabled embedding models, the default first."""
        return self.filter(kind=Offer.Kind.EMBEDDING, is_enabled=True).order_by("-is_default", "label")


class Offer(models.Model):
    """A model on offer: where it answers, the key, what it can do, and what it costs."""

    class Kind(models.TextChoices):
        CHAT = "chat", _("Chat")
        EMBEDDING = "embedding", _("Embedding")

    kind = models.CharField(_("Kind"), max_length=12, choices=Kind.choices, default=Kind.CHAT)
    name = models.CharField(_("Name sent to the provider"), max_length=120)
    label = models.CharField(_("Name shown to people"), max_length=80)
    base_url = models.URLField(_("Provider address"), max_length=300, help_text=_("Ends in /v1 for most providers."))
    api_key = EncryptedTextField(_("Key"), blank=True)
    context_window = models.PositiveIntegerField(_("Context window, tokens"), default=8192)
    can_use_tools = models.BooleanField(_("Can use tools"), default=False)
    can_see = models.BooleanField(_("Can see images"), default=False)
    price_in = models.DecimalField(
        _("Price per million tokens in"), max_digits=10, decimal_places=4, default=0, validators=[MinValueValidator(0)]
    )
    price_out = models.DecimalField(
        _("Price per million tokens out"), max_digits=10, decimal_places=4, default=0, validators=[MinValueValidator(0)]
    )
    is_offline = models.BooleanField(_("Offline demonstration model"), default=False)
    is_default = models.BooleanField(_("Default"), default=False)
    is_enabled = models.BooleanField(_("Offered"), default=True)
    follows_environment = models.BooleanField(
        _("Follows the environment"),
        default=False,
        help_text=_("Address, name and key are taken from the environment at every start."),
    )

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("model")
        verbose_name_plural = _("models")
        constraints = [
            models.UniqueConstraint("kind", "name", "base_url", name="one_offer_per_model"),
            models.UniqueConstraint("kind", condition=models.Q(is_default=True), name="one_default_offer_per_kind"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def shown_label(self) -> str:
        """The label in the reader's language; one that an administrator wrote stays as it is."""
        return gettext(OFFLINE_LABEL) if self.is_offline and self.label == OFFLINE_LABEL else self.label

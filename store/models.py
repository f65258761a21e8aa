"""People find: categories and listings."""

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from accounts.models import User
from assistants.models import Assistant
from core.ids import id_field


class CategoryQuerySet(models.QuerySet["Category"]):
    """Questions about categories."""

    def with_counts(self) -> Self:
        """Each with `listing_count`, the number of its live listings."""
        live = models.Q(listings__state=Listing.State.LIVE)
        return self.annotate(listing_count=models.Count("listings", filter=live)).order_by("position")


class Category(models.Model):
    """A shelf of the store. `field` names its colours (`data-cat`), `icon` its lucide icon."""

    slug = models.SlugField(primary_key=True, max_length=40)
    field = models.CharField(max_length=20)
    icon = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    name_fr = models.CharField(max_length=60)
    line_en = models.CharField(max_length=120, blank=True)
    line_fr = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.name_fr if get_language() == "fr" else self.name_en

    @property
    def line(self) -> str:
        """One line about the category, in the reader's language."""
        return self.line_fr if get_language() == "fr" else self.line_en

    def get_absolute_url(self) -> str:
        """The category's page."""
        return reverse("store:category", args=[self.pk])


class ListingQuerySet(models.QuerySet["Listing"]):
    """Questions about listings."""

    def live(self) -> Self:
        """What the store shows, with all that a card needs."""
        live = self.filter(state=Listing.State.LIVE).select_related("category", "creator", "assistant")
        return live.defer("assistant__draft", "embedding", "lexemes", "meaning_text")


class Listing(models.Model):
    """An assistant in the store. Its number is permanent; texts are copied from the live version for searching."""

    class State(models.TextChoices):
        LIVE = "live", _("In the store")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = id_field("lst")
    number = models.PositiveIntegerField(unique=True)
    assistant = models.OneToOneField(Assistant, on_delete=models.CASCADE, related_name="listing")
    creator = models.ForeignKey(User, on_delete=models.CASCADE, related_name="listings")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="listings")
    state = models.CharField(max_length=12, choices=State.choices, default=State.LIVE)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=80)
    promise = models.CharField(max_length=160)
    language = models.CharField(max_length=8)
    # Folded name for typos, words of name, promise, audience and starters, and their meaning
    folded_name = models.CharField(max_length=80, db_index=True)
    lexemes = SearchVectorField(null=True)
    meaning_text = models.TextField(blank=True)
    embedding = HalfVectorField(null=True)
    # the tag of the embedder that made the vector: vectors of different tags are never compared
    embedder = models.CharField(max_length=120, blank=True)
    people_week = models.PositiveIntegerField(default=0)
    people_total = models.PositiveIntegerField(default=0)
    conversations_total = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField()

    objects = ListingQuerySet.as_manager()

    class Meta:
        ordering = ["-people_week", "-people_total", "number"]
        indexes = [
            GinIndex("lexemes", name="listing_lexemes"),
            # the category pages
            models.Index(
                fields=["category", "-people_week", "-people_total"],
                name="listings_popular",
                condition=models.Q(state="live"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The listing's page."""
        return reverse("store:listing", args=[self.slug])

"""What a creator answers by hand, and what was looked for in the files."""

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from pgvector.django import HalfVectorField

from assistants.models.assistant import Assistant
from core.ids import id_field


class CuratedAnswer(models.Model):
    """A question and its answer, written by the creator: a question alike enough gets it instead of the model's."""

    id = id_field("cur")
    assistant = models.ForeignKey(Assistant, on_delete=models.CASCADE, related_name="curated_answers")
    question = models.CharField(max_length=500)
    answer = models.TextField()
    is_enabled = models.BooleanField(default=True)
    lexemes = SearchVectorField(null=True)
    embedding = HalfVectorField(null=True, blank=True)
    # the tag of the embedder that made the vector: vectors of different tags are never compared
    embedder = models.CharField(max_length=120, blank=True)
    hits = models.PositiveIntegerField(default=0)
    last_hit_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-hits", "question"]
        constraints = [models.UniqueConstraint("assistant", "question", name="one_answer_per_question")]

    def __str__(self) -> str:
        return self.question


class Retrieval(models.Model):
    """What one question found in an assistant's files: who asked is not kept.

    `results` holds rows of `{"passage", "file", "file_name", "page", "words", "meaning", "score", "used"}`.
    """

    assistant = models.ForeignKey(Assistant, on_delete=models.CASCADE, related_name="retrievals")
    question = models.TextField()
    results = models.JSONField(default=list)
    surface = models.CharField(max_length=12, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["assistant", "-created_at"], name="retrievals_of_assistant")]

    def __str__(self) -> str:
        return self.question[:60]

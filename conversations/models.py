"""People talk: conversation > message > run."""

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assistants.models import Assistant, AssistantVersion, CuratedAnswer
from core.ids import id_field

if TYPE_CHECKING:
    from conversations.people import Person


class Surface(models.TextChoices):
    """Where a conversation takes place."""

    STORE = "store", _("Store")
    WIDGET = "widget", _("Widget")
    COMMAND = "command", _("Command line")
    PREVIEW = "preview", _("Preview")


class Visitor(models.Model):
    """Someone not signed in, known by a signed cookie (or, in a widget, a signed token)."""

    id = id_field("vis")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.id


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Questions about conversations."""

    def of(self, person: "Person") -> Self:
        """The person's conversations; somebody without account or cookie has none."""
        if person.user_id:
            return self.filter(owner_id=person.user_id)
        return self.filter(visitor_id=person.visitor_id) if person.visitor_id else self.none()

    def to_talk(self) -> Self:
        """With the assistant, but without its long texts: only the worker reads those."""
        return self.select_related("assistant").defer("assistant__draft")

    def counted(self) -> Self:
        """Conversations that count in statistics: not the creator's own previews."""
        return self.exclude(surface=Surface.PREVIEW)


class Conversation(models.Model):
    """A talk between one person and one assistant. Name and id of the assistant outlive the assistant."""

    id = id_field("cnv")
    assistant = models.ForeignKey(Assistant, on_delete=models.SET_NULL, null=True, related_name="conversations")
    assistant_name = models.CharField(max_length=120)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="conversations"
    )
    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, null=True, blank=True, related_name="conversations")
    surface = models.CharField(max_length=12, choices=Surface.choices, default=Surface.STORE)
    title = models.CharField(max_length=120, blank=True)
    is_title_final = models.BooleanField(default=False)
    # what the person (or the page that embeds it) gave for the definition's variables, by name
    variables = models.JSONField(default=dict, blank=True)
    # a preview talks to the definition as it stood on the builder's page, saved or not
    draft = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(db_default=Now())

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        indexes = [
            # the list at the left of the chat
            models.Index(fields=["owner", "-updated_at"], name="conversations_of_owner"),
            models.Index(fields=["visitor", "-updated_at"], name="conversations_of_visitor"),
            # store.tasks.count_people
            models.Index(fields=["assistant", "updated_at"], name="conversations_of_assistant"),
        ]

    def __str__(self) -> str:
        return self.title or self.assistant_name

    @property
    def answering(self) -> Assistant | None:
        """The assistant while it still answers here: withdrawn, it answers only its creator's previews."""
        is_open = self.assistant and (self.assistant.live_version_id or self.surface == Surface.PREVIEW)
        return self.assistant if is_open else None

    def get_absolute_url(self) -> str:
        """The chat page."""
        return reverse("conversations:chat", args=[self.pk])


class Message(models.Model):
    """One turn. An answer is written once, when its run is done; until then its text is empty."""

    class Role(models.TextChoices):
        PERSON = "person", _("Person")
        ASSISTANT = "assistant", _("Assistant")

    id = id_field("msg")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    position = models.PositiveIntegerField()
    role = models.CharField(max_length=12, choices=Role.choices)
    text = models.TextField(blank=True)
    # [{"n", "passage", "file", "file_name", "page", "heading", "quote"}]: kept as it was when the answer was given
    citations = models.JSONField(default=list, blank=True)
    version = models.ForeignKey(AssistantVersion, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # the creator's own answer, given instead of the model's
    curated = models.ForeignKey(CuratedAnswer, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # [{"code", ...}]: what the reader should know about how this answer came, such as another model than usual
    remarks = models.JSONField(default=list, db_default=[], blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint("conversation", "position", name="one_message_per_position")]

    def __str__(self) -> str:
        return f"{self.role}: {self.text[:40]}"


class RunQuerySet(models.QuerySet["Run"]):
    """Questions about runs."""

    def live(self) -> Self:
        """Runs that have not ended."""
        return self.filter(state__in=Run.LIVE)

    def of(self, person: "Person") -> Self:
        """Runs in this person's conversations."""
        if person.user_id:
            return self.filter(conversation__owner_id=person.user_id)
        return self.filter(conversation__visitor_id=person.visitor_id) if person.visitor_id else self.none()

    def lost(self, *, queued_for: timedelta, silent_for: timedelta) -> Self:
        """Runs that nobody works on: waiting too long for a worker, or running without a sign of life."""
        waiting = models.Q(state=Run.State.QUEUED, queued_at__lt=Now() - queued_for)
        silent = models.Q(state=Run.State.RUNNING, heartbeat_at__lt=Now() - silent_for)
        return self.filter(waiting | silent)


class Run(models.Model):
    """The job of answering one message: queued > running > done | failed | cancelled.

    `attempt` counts the workers that took it; only the attempt that holds the row may write its end.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Answering")
        DONE = "done", _("Answered")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Stopped")

    LIVE = (State.QUEUED, State.RUNNING)

    id = id_field("run")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="runs")
    answer = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(db_default=Now())
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    stop_asked_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=120, blank=True)
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    # Who asked, for the limits: an account, a visitor, and a keyed hash of the address that is forgotten after a day
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    visitor = models.ForeignKey(Visitor, on_delete=models.SET_NULL, null=True, related_name="+")
    address_hash = models.CharField(max_length=32, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "conversation", condition=models.Q(state__in=["queued", "running"]), name="one_live_run_a_conversation"
            ),
        ]
        indexes = [
            # conversations.limits
            models.Index(fields=["user", "queued_at"], name="runs_of_user"),
            models.Index(fields=["visitor", "queued_at"], name="runs_of_visitor"),
            models.Index(fields=["address_hash", "queued_at"], name="runs_of_address"),
            # conversations.tasks.sweep_runs
            models.Index(fields=["state"], name="runs_live", condition=models.Q(state__in=["queued", "running"])),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def is_live(self) -> bool:
        """Whether an end is still to come."""
        return self.state in self.LIVE

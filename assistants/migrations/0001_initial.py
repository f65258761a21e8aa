# The first shape of assistants, their knowledge and the models on offer.

import assistants.models.assistant
import assistants.models.knowledge
import core.crypto
import core.ids
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import functools
import pgvector.django
import pgvector.django.halfvec
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgvector.django.VectorExtension(),
        migrations.CreateModel(
            name="Assistant",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=functools.partial(core.ids.new_id, *("ast",), **{}),
                        editable=False,
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("draft", models.JSONField(default=dict)),
                ("avatar", models.ImageField(blank=True, upload_to=assistants.models.assistant.avatar_path)),
                ("bundle_digest", models.CharField(blank=True, max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assistants",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-updated_at"],
            },
        ),
        migrations.CreateModel(
            name="AssistantVersion",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=functools.partial(core.ids.new_id, *("ver",), **{}),
                        editable=False,
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("schema", models.PositiveSmallIntegerField()),
                ("content", models.JSONField()),
                ("notes", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                (
                    "assistant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="assistants.assistant"
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
        migrations.AddField(
            model_name="assistant",
            name="live_version",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="assistants.assistantversion",
            ),
        ),
        migrations.CreateModel(
            name="KnowledgeBase",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=functools.partial(core.ids.new_id, *("kb",), **{}),
                        editable=False,
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("embedder", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="knowledge_bases",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="assistant",
            name="knowledge_base",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.RESTRICT, related_name="assistant", to="assistants.knowledgebase"
            ),
        ),
        migrations.CreateModel(
            name="KnowledgeFile",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=functools.partial(core.ids.new_id, *("file",), **{}),
                        editable=False,
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=255)),
                ("upload", models.FileField(max_length=255, upload_to=assistants.models.knowledge.upload_path)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("licence", models.CharField(blank=True, max_length=200)),
                ("origin", models.CharField(blank=True, max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("reading", "Reading"),
                            ("indexing", "Indexing"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                        ],
                        default="queued",
                        max_length=12,
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField(default=0)),
                ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                ("progress_done", models.PositiveIntegerField(default=0)),
                ("progress_total", models.PositiveIntegerField(default=0)),
                ("error_code", models.CharField(blank=True, max_length=40)),
                ("error_detail", models.JSONField(blank=True, default=dict)),
                ("pages", models.PositiveIntegerField(default=0)),
                ("passages_count", models.PositiveIntegerField(default=0)),
                ("language", models.CharField(blank=True, max_length=8)),
                ("regconfig", models.CharField(default="simple", max_length=20)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "base",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="assistants.knowledgebase"
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("chat", "Chat"), ("embedding", "Embedding")],
                        default="chat",
                        max_length=12,
                        verbose_name="Kind",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="Name sent to the provider")),
                ("label", models.CharField(max_length=80, verbose_name="Name shown to people")),
                (
                    "base_url",
                    models.URLField(
                        help_text="Ends in /v1 for most providers.", max_length=300, verbose_name="Provider address"
                    ),
                ),
                ("api_key", core.crypto.EncryptedTextField(blank=True, verbose_name="Key")),
                ("context_window", models.PositiveIntegerField(default=8192, verbose_name="Context window, tokens")),
                ("can_use_tools", models.BooleanField(default=False, verbose_name="Can use tools")),
                ("can_see", models.BooleanField(default=False, verbose_name="Can see images")),
                (
                    "price_in",
                    models.DecimalField(
                        decimal_places=4,
                        default=0,
                        max_digits=10,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="Price per million tokens in",
                    ),
                ),
                (
                    "price_out",
                    models.DecimalField(
                        decimal_places=4,
                        default=0,
                        max_digits=10,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="Price per million tokens out",
                    ),
                ),
                ("is_offline", models.BooleanField(default=False, verbose_name="Offline demonstration model")),
                ("is_default", models.BooleanField(default=False, verbose_name="Default")),
                ("is_enabled", models.BooleanField(default=True, verbose_name="Offered")),
                (
                    "follows_environment",
                    models.BooleanField(
                        default=False,
                        help_text="Address, name and key are taken from the environment at every start.",
                        verbose_name="Follows the environment",
                    ),
                ),
            ],
            options={
                "verbose_name": "model",
                "verbose_name_plural": "models",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("kind"), models.F("name"), models.F("base_url"), name="one_offer_per_model"
                    ),
                    models.UniqueConstraint(
                        models.F("kind"), condition=models.Q(("is_default", True)), name="one_default_offer_per_kind"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Passage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("page", models.PositiveIntegerField(blank=True, null=True)),
                ("heading", models.TextField(blank=True)),
                ("body", models.TextField()),
                ("lexemes", django.contrib.postgres.search.SearchVectorField()),
                ("length", models.PositiveIntegerField(default=0)),
                ("embedding", pgvector.django.halfvec.HalfVectorField(blank=True, null=True)),
                ("is_enabled", models.BooleanField(default=True)),
                (
                    "base",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages",
                        to="assistants.knowledgebase",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages",
                        to="assistants.knowledgefile",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="assistantversion",
            constraint=models.UniqueConstraint(
                models.F("assistant"), models.F("number"), name="one_version_per_number"
            ),
        ),
        migrations.AddIndex(
            model_name="knowledgefile",
            index=models.Index(
                models.F("heartbeat_at"),
                condition=models.Q(("state__in", ["ready", "failed"]), _negated=True),
                name="files_unfinished",
            ),
        ),
        migrations.AddConstraint(
            model_name="passage",
            constraint=models.UniqueConstraint(models.F("file"), models.F("position"), name="one_passage_per_position"),
        ),
    ]

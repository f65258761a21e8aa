from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class CoreConfig(AppConfig):
    """Small tools without business words."""

    name = "core"


class StaticFiles(StaticFilesConfig):
    """Leaves out what django-htmx ships (we serve our own pinned htmx): its modules import files it doesn't have."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx"]

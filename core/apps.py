from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Small tools without business words."""

    name = "core"

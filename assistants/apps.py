from django.apps import AppConfig


class AssistantsConfig(AppConfig):
    """What creators make."""

    name = "assistants"

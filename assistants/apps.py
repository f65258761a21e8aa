from django.apps import AppConfig


class AssistantsConfig(AppConfig):
    """What creators make."""

    name = "assistants"

    def ready(self) -> None:
        """Erase a person's uploads and pictures with their account."""
        from accounts import privacy
        from assistants import services

        privacy.register(services.erase_person)

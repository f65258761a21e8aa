from django.apps import AppConfig

from accounts import takeover


class ConversationsConfig(AppConfig):
    """People talk."""

    name = "conversations"

    def ready(self) -> None:
        """Hand a guest's conversations over when they sign in."""
        from conversations import services

        takeover.register(services.take_over)

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """People talk."""

    name = "conversations"

    def ready(self) -> None:
        """Hand a guest's conversations over at sign-in, count for creators, warm workers up, watch the model."""
        from accounts import takeover
        from assistants import statistics
        from conversations import services, worker

        takeover.register(services.take_over)
        statistics.register(services.count_by_assistant)
        worker.connect()

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """People talk."""

    name = "conversations"

    def ready(self) -> None:
        """Hand a guest's conversations over at sign-in, count for creators, warm workers up, watch the model."""
        from accounts import takeover
        from assistants import offers, statistics
        from conversations import services, worker
        from core import health

        takeover.register(services.take_over)
        statistics.register(services.count_by_assistant)
        health.register("model backend", offers.is_answering)
        worker.connect()

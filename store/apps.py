from django.apps import AppConfig


class StoreConfig(AppConfig):
    """People find."""

    name = "store"

    def ready(self) -> None:
        """Tell the builder how to publish and which shelves there are."""
        from assistants import categories, publication
        from store import services

        publication.register(services.submit, services.withdraw, services.listing_url)
        categories.register(services.category_choices)

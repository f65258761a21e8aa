from django.apps import AppConfig


class StoreConfig(AppConfig):
    """People find."""

    name = "store"

from django.apps import AppConfig


class WidgetConfig(AppConfig):
    """People meet an assistant elsewhere."""

    name = "widget"

"""Texts as browsers send them."""

from typing import Any

from django import forms

from assistants.services import STARTER_TITLE_LENGTH


class PlainText(forms.CharField):
    """Text of several lines. Browsers send other line ends than files hold, and count them as one letter."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        """Before anything is counted."""
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if text else text


def storable(text: str) -> str:
    """Postgres takes no NUL. The form's own fields refuse it; what is read past them is stripped."""
    return text.replace("\0", "")


def beginning(text: str) -> str:
    """The first words of a text, as the title of its starter."""
    return text if len(text) <= STARTER_TITLE_LENGTH else text[: STARTER_TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"

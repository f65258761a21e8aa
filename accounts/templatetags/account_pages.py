"""Parts of the account's pages: fields that say what is wrong, and the names of browsers."""

from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.utils.safestring import SafeString

from accounts import devices

register = template.Library()
register.filter("device", devices.describe)
register.filter("is_handheld", devices.is_handheld)


@register.simple_tag
def sends_mail() -> bool:
    """Whether messages leave this instance, or wait in a folder for its administrator."""
    return not settings.EMAIL_BACKEND.endswith(".filebased.EmailBackend")


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's control in our look: no placeholder in place of a label, and the first wrong one takes the focus."""
    attrs: dict[str, Any] = {"class": "input", "placeholder": False}
    if field.field.widget.attrs.get("autocomplete") == "one-time-code":
        attrs |= {"inputmode": "numeric", "class": "input num"}
    wrong = [name for name in field.form.fields if name in field.form.errors]
    if wrong and wrong[0] == field.name:
        attrs["autofocus"] = True
    return field.as_widget(attrs=attrs)

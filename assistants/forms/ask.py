"""Questions to the files."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AskForm(forms.Form):
    """A question to the files, without any model."""

    q = forms.CharField(label=_("Ask the files"), max_length=500)

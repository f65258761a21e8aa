from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import AppError
from widget import services


class EmbedForm(forms.Form):
    """Which websites may show the assistant."""

    origins = forms.CharField(
        label=_("Websites that may show it"),
        help_text=_("One a line, such as https://www.example.org. Nobody else can."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "input", "placeholder": "https://www.example.org"}),
    )
    is_enabled = forms.BooleanField(label=_("Switched on"), required=False, initial=True)

    def clean_origins(self) -> str:
        """The error names the line."""
        origins = str(self.cleaned_data["origins"])
        try:
            services.parse_origins(origins)
        except AppError as error:
            raise forms.ValidationError(str(error)) from error
        return origins

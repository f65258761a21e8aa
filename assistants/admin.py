"""Tables for administrators: the models on offer, and a look at what creators made."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assistants import offers, services
from assistants.models import Assistant, KnowledgeFile, Offer


class OfferForm(forms.ModelForm):
    """The key goes in and never comes out: its field is always empty, and an empty one leaves the key as it is."""

    new_key = forms.CharField(
        label=_("New key"),
        required=False,
        strip=True,
        help_text=_("Leave empty to keep the present one."),
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
    )
    base_url = forms.URLField(label=_("Provider address"), assume_scheme="https", help_text=_("Ends in /v1 for most."))
    forget_key = forms.BooleanField(label=_("Forget the key"), required=False)

    class Meta:
        model = Offer
        exclude = ("api_key",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "base_url", "is_offline", "new_key"):
            self.fields[name].disabled = self.instance.follows_environment

    def _get_validation_exclusions(self) -> set[str]:
        """That another model of its kind is the default is no error here: `save_model` takes it from the other."""
        return super()._get_validation_exclusions() | {"is_default"}  # type: ignore[misc,no-any-return]

    def save(self, commit: bool = True) -> Any:
        """Take a typed key over, or drop the present one."""
        if key := self.cleaned_data.get("new_key"):
            self.instance.api_key = key
        elif self.cleaned_data.get("forget_key"):
            self.instance.api_key = ""
        return super().save(commit)


@admin.register(Offer)
class OfferAdmin(admin.ModelAdmin):
    """Models on offer. What follows the environment can't be typed here."""

    form = OfferForm
    list_display = ("label", "kind", "name", "base_url", "has_key", "is_default", "is_enabled", "follows_environment")
    list_filter = ("kind", "is_enabled")
    readonly_fields = ("has_key",)

    @admin.display(description=_("Key"), boolean=True)
    def has_key(self, offer: Offer) -> bool:
        """Set or unset; nothing else of it is shown."""
        return bool(offer.api_key)

    def save_model(self, request: HttpRequest, obj: Offer, form: Any, change: bool) -> None:
        """One default of a kind: making this one the default takes it from the other."""
        if obj.is_default:
            Offer.objects.filter(kind=obj.kind, is_default=True).exclude(pk=obj.pk).update(is_default=False)
        super().save_model(request, obj, form, change)
        offers.forget()


class ReadOnly(admin.ModelAdmin):
    """To look, not to touch: creators change their things on their own pages."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Assistant)
class AssistantAdmin(ReadOnly):
    """What creators made; deleting one deletes its knowledge too."""

    list_display = ("name", "slug", "owner", "live_version", "updated_at")
    search_fields = ("slug", "owner__email", "draft__name")
    list_select_related = ("owner", "live_version")

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Assistant]) -> None:
        for assistant in queryset:
            self.delete_model(request, assistant)

    def delete_model(self, request: HttpRequest, obj: Assistant) -> None:
        services.delete_assistant(assistant=obj)


@admin.register(KnowledgeFile)
class KnowledgeFileAdmin(ReadOnly):
    """How the reading of files goes."""

    list_display = ("name", "base", "state", "error_code", "attempt", "pages", "passages_count", "created_at")
    list_filter = ("state", "error_code")
    search_fields = ("name", "id")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

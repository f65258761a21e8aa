from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from store import services
from store.models import Category, Listing


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    """Shelves: names, order, icon, colours."""

    list_display = ("slug", "name_en", "name_fr", "position")
    list_editable = ("position",)


@admin.register(Listing)
class ListingAdmin(admin.ModelAdmin):
    """Listings as they are; texts come from the live version, and only publishing brings one here."""

    list_display = ("number", "name", "category", "state", "people_week")
    list_filter = ("state", "category", "language")
    search_fields = ("name", "slug")
    exclude = ("lexemes", "embedding", "embedder", "folded_name", "meaning_text")
    readonly_fields = (
        *("number", "assistant", "creator", "state", "slug", "name", "promise", "language", "published_at"),
        *("people_week", "people_total", "conversations_total"),
    )
    actions = ("withdraw",)

    @admin.action(description=_("Withdraw from the store"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        """Take them out of the store; nobody but their creators can talk to them any more."""
        listings = list(queryset.filter(state=Listing.State.LIVE).select_related("assistant"))
        for listing in listings:
            services.withdraw(listing.assistant)
        count = len(listings)
        self.message_user(
            request, ngettext("%(n)s listing withdrawn.", "%(n)s listings withdrawn.", count) % {"n": count}
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Listing) -> None:
        """A listing that goes takes its assistant out of reach, like a withdrawn one."""
        services.withdraw(obj.assistant)
        obj.delete()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        for listing in queryset:
            self.delete_model(request, listing)

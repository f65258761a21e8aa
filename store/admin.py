from django.contrib import admin

from store.models import Category, Listing


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    """Shelves: names, order, icon, colours."""

    list_display = ("slug", "name_en", "name_fr", "position")
    list_editable = ("position",)


@admin.register(Listing)
class ListingAdmin(admin.ModelAdmin):
    """Listings as they are; texts come from the live version."""

    list_display = ("number", "name", "category", "state", "people_week")
    list_filter = ("state", "category", "language")
    search_fields = ("name", "slug")
    readonly_fields = ("number", "assistant", "creator", "slug", "name", "promise", "language", "published_at")
    exclude = ("lexemes", "embedding", "embedder", "folded_name", "meaning_text")

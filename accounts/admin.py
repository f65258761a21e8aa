"""People, for administrators. The admin's door is the product's own sign-in page, with its second factor."""

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

from accounts.models import User

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class PersonCreationForm(AdminUserCreationForm):
    """Django's, with an address in place of a user name."""

    class Meta:
        model = User
        fields = ("email", "display_name", "handle")
        field_classes: dict[str, type[forms.Field]] = {}


class PersonChangeForm(UserChangeForm):
    """Django's, without its user name."""

    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, type[forms.Field]] = {}


@admin.register(User)
class PersonAdmin(UserAdmin):
    """Find a person, close or open the account, name administrators."""

    form = PersonChangeForm
    add_form = PersonCreationForm
    list_display = ("display_name", "email", "handle", "is_active", "is_staff", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "language")
    search_fields = ("email", "display_name", "handle")
    ordering = ("-date_joined",)
    readonly_fields = ("id", "date_joined", "last_login")
    fieldsets = (
        (None, {"fields": ("id", "email", "password")}),
        (_("Profile"), {"fields": ("display_name", "handle", "bio", "language", "time_zone")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Dates"), {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "display_name", "handle", "usable_password", "password1", "password2")}),
    )

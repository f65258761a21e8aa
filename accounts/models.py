"""Who: people with an account."""

import zoneinfo
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import id_field

HANDLE = r"[a-z0-9](?:[a-z0-9-]{1,38}[a-z0-9])"


def validate_time_zone(value: str) -> None:
    """Refuse names that the time zone database doesn't have."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(value)s” is not a time zone."), params={"value": value})


class UserManager(BaseUserManager["User"]):
    """The two ways in which Django itself asks for people to be made."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A person with a usable handle; without password they sign in by passkey, provider or e-mail link."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """An administrator of the instance."""
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. The e-mail signs in; the handle is the public name in addresses."""

    id = id_field("usr")
    email = models.EmailField(_("E-mail"), unique=True)
    display_name = models.CharField(_("Name shown to others"), max_length=60)
    handle = models.CharField(
        _("Handle"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(f"^{HANDLE}$", _("Use 3 to 40 small letters, digits and hyphens."))],
    )
    bio = models.CharField(_("A line about you"), max_length=280, blank=True)
    language = models.CharField(_("Language"), max_length=8, choices=settings.LANGUAGES, blank=True)
    time_zone = models.CharField(_("Time zone"), max_length=64, blank=True, validators=[validate_time_zone])
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name", "handle"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_email")]

    def __str__(self) -> str:
        return self.display_name or self.email

    def get_full_name(self) -> str:
        """The name that Django's and allauth's pages show."""
        return str(self)

    @property
    def initials(self) -> str:
        """One or two letters for the round mark in the bar."""
        parts = (self.display_name or self.email).split()
        return "".join(part[0] for part in parts[:2]).upper()

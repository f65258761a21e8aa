"""What people do with their account. Signing in and its proofs are django-allauth's."""

import re
import secrets

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts import privacy
from accounts.models import User
from core.errors import Conflict

# Names that a visitor would take for the people who run the instance.
RESERVED_HANDLES = {"admin", "administrator", "moderator", "official", "root", "staff", "support", "system", "vitrine"}
ID_PREFIX = "usr_"  # allauth's address for a new password has no room for its underscore
HANDLE_ROOM = 34  # of the handle's 40 letters; the rest is for a number


def new_handle(name: str) -> str:
    """A free handle made from a name, such as `ada-lovelace` or `ada-lovelace-2`. Never give it an e-mail address."""
    stem = re.sub(r"-{2,}", "-", slugify(name).replace("_", "-")).strip("-")[:HANDLE_ROOM].strip("-")
    if len(stem) < 3:  # a script that has no Latin spelling, or initials
        stem = f"{stem}-person".strip("-")
    taken = set(User.objects.filter(handle__startswith=stem).values_list("handle", flat=True)) | RESERVED_HANDLES
    if stem not in taken:
        return stem
    free = (f"{stem}-{number}" for number in range(2, 1000) if f"{stem}-{number}" not in taken)
    return next(free, f"{stem}-{secrets.token_hex(2)}")


def create_account(*, user: User) -> User:
    """Save a person who has just signed up, with a handle of their own even when two choose one at the same time."""
    for _attempt in range(3):
        user.handle = user.handle or new_handle(user.display_name)
        try:
            with transaction.atomic():
                user.save(force_insert=True)
        except IntegrityError as error:
            if "handle" not in str(error):
                raise
            user.handle = ""
        else:
            return user
    raise Conflict(_("This name is wanted by many people right now. Try again."), field="display_name")


@transaction.atomic
def update_profile(*, user: User, display_name: str, handle: str, bio: str, language: str, time_zone: str) -> User:
    """Change what others see of the person and how pages speak to them."""
    user.display_name, user.handle, user.bio = display_name, handle, bio
    user.language, user.time_zone = language, time_zone
    user.save(update_fields=["display_name", "handle", "bio", "language", "time_zone"])
    return user


def set_language(*, user: User, language: str) -> User:
    """Keep the language that the person chose in the page's foot, since the profile beats the browser."""
    user.language = language
    user.save(update_fields=["language"])
    return user


def end_session(*, user: User, session_id: int) -> None:
    """Sign another browser of this person out; one that has ended already is fine."""
    session = UserSession.objects.filter(user=user, pk=session_id).first()
    if session:
        session.end()


@transaction.atomic
def delete_account(*, user: User) -> None:
    """Delete the person and all that is theirs, in every app, and sign all their browsers out."""
    administrators = User.objects.filter(is_superuser=True, is_active=True)
    if user.is_superuser and not administrators.exclude(pk=user.pk).exists():
        raise Conflict(_("You are the only administrator. Name another one before you delete this account."))
    privacy.erase(user)
    for session in UserSession.objects.filter(user=user):
        session.end()
    user.delete()


@transaction.atomic
def ensure_person(*, email: str, password: str, display_name: str, handle: str, is_administrator: bool = False) -> bool:
    """Make a person with a proven e-mail address; true if they were not there. An existing one is left as they are."""
    if User.objects.filter(email=email.lower()).exists():
        return False
    make = User.objects.create_superuser if is_administrator else User.objects.create_user
    user = make(email, password, display_name=display_name, handle=handle)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return True

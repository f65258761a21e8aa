"""The pages of one's account. Signing in and its proofs are django-allauth's own views."""

from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import check_for_language
from django.utils.translation import gettext_lazy as _
from django.views import i18n
from django.views.decorators.http import require_POST

from accounts import services
from accounts.forms import DeleteAccountForm, ProfileForm
from accounts.models import User
from core.errors import AppError


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """What others see, the language and the time zone."""
    user = User.objects.get(pk=request.user.pk)  # the form writes into it, and the page's bar shows the real one
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        services.update_profile(user=user, **form.cleaned_data)
        messages.success(request, _("Profile saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form})


@login_required
def security(request: HttpRequest) -> HttpResponse:
    """Everything that can sign in as this person, at one glance."""
    user = cast(User, request.user)
    sessions = sorted(UserSession.objects.purge_and_list(user), key=lambda session: session.created_at, reverse=True)
    context = {
        "address": EmailAddress.objects.filter(user=user).order_by("-primary").first(),
        "authenticators": _authenticators(user),
        "sessions": sessions,
        "session_count": len(sessions),
        "connections": SocialAccount.objects.filter(user=user),
    }
    return render(request, "accounts/security.html", context)


def _authenticators(user: User) -> dict[str, Any]:
    """In the shape of allauth's own overview, because both pages show the same part."""
    found: dict[str, Any] = {Authenticator.Type.WEBAUTHN: []}
    for authenticator in Authenticator.objects.filter(user=user):
        if authenticator.type == Authenticator.Type.WEBAUTHN:
            found[Authenticator.Type.WEBAUTHN].append(authenticator.wrap())
        else:
            found[authenticator.type] = authenticator.wrap()
    return found


@require_POST
@login_required
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign one other browser out."""
    services.end_session(user=cast(User, request.user), session_id=session_id)
    messages.success(request, _("That browser is signed out."))
    return redirect("accounts:security")


@login_required
@reauthentication_required
def delete(request: HttpRequest) -> HttpResponse:
    """Say what goes, ask for the address as proof, delete."""
    user = cast(User, request.user)
    form = DeleteAccountForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            services.delete_account(user=user)
        except AppError as error:
            form.add_error(None, str(error))
        else:
            logout(request)
            messages.success(request, _("Your account and what was in it are deleted."))
            return redirect("store:home")
    return render(request, "accounts/delete.html", {"form": form})


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Django's own view; for a person it also changes the profile, which beats the browser."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and check_for_language(language):
        services.set_language(user=request.user, language=language)
    return i18n.set_language(request)

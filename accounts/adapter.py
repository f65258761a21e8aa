"""Where django-allauth asks how this house does things."""

import logging
import smtplib
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import BaseSignupForm
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import devices, mail, services, takeover
from accounts.models import User
from core.crypto import EncryptedTextField

logger = logging.getLogger(__name__)
_secret_column: EncryptedTextField = EncryptedTextField()


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up fills the public name, the handle and the language; mail speaks the reader's language."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("This e-mail address and this password do not go together."),
        "email_taken": _("Someone has an account with this address. Sign in, or ask for a new password."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, or ask for a new password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether strangers may make an account here."""
        return bool(settings.SIGNUP_OPEN)

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """The last word before a new person is saved: they keep reading the language that they signed up in."""
        language = translation.get_language() or settings.LANGUAGE_CODE
        user.language = user.language or (language if language in dict(settings.LANGUAGES) else "")

    def save_user(self, request: HttpRequest, user: User, form: BaseSignupForm, commit: bool = True) -> User:
        """The name is what they typed, never taken from the address."""
        user.display_name = form.cleaned_data["display_name"]
        super().save_user(request, user, form, commit=False)
        return services.create_account(user=user) if commit else user

    def post_login(self, request: HttpRequest, user: User, **login: Any) -> HttpResponse:
        """What the guest began in this browser becomes the person's."""
        takeover.take_over(request, user)
        response: HttpResponse = super().post_login(request, user, **login)
        return response

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The address of allauth has no room for the underscore of our ids; the form puts the prefix back."""
        return str(super().get_reset_password_from_key_url(key.removeprefix(services.ID_PREFIX)))

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell the person that their account changed."""
        super().send_notification_mail(template_prefix, user, {"user": user, **(context or {})}, email or user.email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away must not lose what the person did; the page says that nothing was sent."""
        with translation.override(mail.language_of(email, context.get("user"))):
            try:
                super().send_mail(template_prefix, email, context)
            except (smtplib.SMTPException, OSError):
                logger.exception("Could not send %s", template_prefix)
                failed = True
            else:
                failed = False
        if failed:
            messages.error(self.request, gettext("We could not send the e-mail. Try again in a few minutes."))

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        """The text is the source; the HTML that goes with it is drawn from its paragraphs."""
        message: EmailMessage = super().render_mail(template_prefix, email, context, headers)
        if isinstance(message, EmailMultiAlternatives):
            message.attach_alternative(mail.to_html(str(message.subject), str(message.body)), "text/html")
        return message


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """People who come from Google, GitHub or another provider."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Take the name that the provider knows; without one the sign-up form asks."""
        user: User = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        name = data.get("name") or " ".join(part for part in parts if part) or data.get("username") or ""
        user.display_name = "" if "@" in name else name[:60].strip()
        return user

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        """A provider that this instance has not been given is a page that does not exist."""
        try:
            return super().get_app(request, provider, client_id)
        except SocialApp.DoesNotExist as error:
            raise Http404 from error

    def get_requests_session(self) -> Any:
        """A provider that is down sends the person back to choose another way, instead of failing the page."""
        session = super().get_requests_session()
        session.request = _or_back_to_sign_in(session.request)
        return session

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody is let in without a name to show."""
        return bool(super().is_auto_signup_allowed(request, sociallogin) and sociallogin.user.display_name)

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        """What the provider told us, to be corrected."""
        return {
            **super().get_signup_form_initial_data(sociallogin),
            "display_name": sociallogin.user.display_name,
        }

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: BaseSignupForm | None = None) -> User:
        """Without form the person is saved here, so that they too get a handle of their own."""
        if form is None:
            services.create_account(user=sociallogin.user)
        user: User = super().save_user(request, sociallogin, form)
        return user


def _or_back_to_sign_in(ask: Callable[..., Any]) -> Callable[..., Any]:
    def ask_or_return(*args: Any, **kwargs: Any) -> Any:
        try:
            answer = ask(*args, **kwargs)
        except OSError as error:  # what requests' errors are
            logger.warning("A sign-in provider did not answer: %s", error)
            raise ImmediateHttpResponse(redirect("socialaccount_login_error")) from error
        if answer.status_code >= 500:
            logger.warning("A sign-in provider failed: %s", answer.status_code)
            raise ImmediateHttpResponse(redirect("socialaccount_login_error"))
        return answer

    return ask_or_return


class MFAAdapter(DefaultMFAAdapter):
    """Two-factor secrets are encrypted in the database; authenticators are named after the site."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. Codes change every 30 seconds."),
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def encrypt(self, text: str) -> str:
        """For the column."""
        return str(_secret_column.get_prep_value(text))

    def decrypt(self, encrypted_text: str) -> str:
        """From the column; empty when the key that made it is lost."""
        return _secret_column.from_db_value(encrypted_text, None, None) or ""

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """The browser that a passkey is made in; the person may say it better."""
        return devices.describe(self.request.headers.get("User-Agent", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What the browser shows when it asks for a passkey."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Vitrine"}

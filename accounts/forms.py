"""What people type about themselves."""

import zoneinfo
from typing import Any, cast

from allauth.account import forms as account_forms
from allauth.mfa.webauthn import forms as passkey_forms
from allauth.socialaccount import forms as social_forms
from django import forms
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import ID_PREFIX, RESERVED_HANDLES


def refuse_address(value: str) -> None:
    """The name is public; an e-mail address must not become so by mistake."""
    if "@" in value:
        raise ValidationError(_("Everyone sees this name: do not use an e-mail address."))


class NameField(forms.CharField):
    """The name shown to others."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Name"),
            max_length=60,
            help_text=_("Shown to others with what you publish."),
            validators=[refuse_address],
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
            error_messages={"required": _("Type a name.")},
        )


class LoginForm(account_forms.LoginForm):
    """E-mail and password; the page itself says where to go when the password is forgotten."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail")
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        self.fields["login"].error_messages["required"] = _("Type your e-mail address.")
        self.fields["password"].error_messages["required"] = _("Type your password.")


class SignupForm(account_forms.SignupForm):
    """A name, an address, a password: nothing else is needed to begin."""

    field_order = ("display_name", "email", "password1")
    display_name = NameField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["email"].error_messages["required"] = _("Type your e-mail address.")
        if "password1" in self.fields:
            self.fields["password1"].label = _("Password")
            self.fields["password1"].error_messages["required"] = _("Choose a password.")
            self.fields["password1"].help_text = _("At least 10 characters; a few words do well.")


class SocialSignupForm(social_forms.SignupForm):
    """What the provider did not tell."""

    field_order = ("display_name", "email")
    display_name = NameField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")


class ChangeEmailForm(account_forms.AddEmailForm):
    """The address that replaces the present one, once its link has been opened."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")


class NewPasswordForm(account_forms.ChangePasswordForm):
    """The current password, then the new one, once: it can be shown while it is typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_once(self)
        self.fields["oldpassword"].label = _("Current password")
        self.fields["oldpassword"].help_text = ""


class FirstPasswordForm(account_forms.SetPasswordForm):
    """For people who came by passkey or provider."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_once(self)


class ResetPasswordForm(account_forms.ResetPasswordKeyForm):
    """The page behind the link of the e-mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_once(self)


def _ask_once(form: forms.Form) -> None:
    del form.fields["password2"]
    form.fields["password1"].label = _("New password")
    form.fields["password1"].help_text = _("At least 10 characters; a few words do well.")


class UserTokenForm(account_forms.UserTokenForm):
    """Reads the person from a password link, where their id stands without its prefix."""

    def _get_user(self, uidb36: str) -> AbstractBaseUser | None:
        user: AbstractBaseUser | None = super()._get_user(f"{ID_PREFIX}{uidb36}")
        return user


def refuse_nonsense(credential: Any) -> None:
    """What no browser would send must not reach the parser, which expects a browser."""
    names = set(credential) if isinstance(credential, dict) else set()
    response = credential["response"] if "response" in names else None
    proofs = set(response) if isinstance(response, dict) else set()
    is_proof = {"clientDataJSON", "attestationObject"} <= proofs or {"authenticatorData", "signature"} <= proofs
    if not is_proof or not {"id", "rawId", "type"} <= names:
        raise ValidationError(_("This is not the answer of a passkey."))


class CredentialField(forms.JSONField):
    """The browser's answer, put here by a script."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, validators=[refuse_nonsense])


class LoginPasskeyForm(passkey_forms.LoginWebAuthnForm):
    """Sign in with nothing else."""

    credential = CredentialField()


class SecondStepPasskeyForm(passkey_forms.AuthenticateWebAuthnForm):
    """After the password."""

    credential = CredentialField()


class ProvePasskeyForm(passkey_forms.ReauthenticateWebAuthnForm):
    """Before something that matters."""

    credential = CredentialField()


class AddPasskeyForm(passkey_forms.AddWebAuthnForm):
    """Every key added here can sign in alone, so it is called a passkey and nothing is asked but its name."""

    credential = CredentialField()
    passwordless = forms.BooleanField(initial=True, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name of this passkey"),
        max_length=60,
        required=False,
        help_text=_("So that you know it again: the phone, the laptop, the key on your ring."),
    )


class EditPasskeyForm(passkey_forms.EditWebAuthnForm):
    """Another name for a passkey."""

    name = forms.CharField(label=_("Name of this passkey"), max_length=60)


class ProfileForm(forms.ModelForm):
    """What others see, and how pages speak to the person."""

    display_name = NameField()
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    class Meta:
        model = User
        fields = ("display_name", "handle", "bio", "language", "time_zone")
        widgets = {
            "handle": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
            "bio": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {"handle": _("Your address here. Old links to it stop working when you change it.")}
        error_messages = {"handle": {"unique": _("Someone has this handle already.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["time_zone"]).choices = [("", _("That of this site")), *_zones_by_region()]
        cast(forms.ChoiceField, self.fields["language"]).choices = [("", _("That of the browser")), *settings.LANGUAGES]

    def clean_handle(self) -> str:
        """Small letters, and no name that sounds like the house's own."""
        handle = str(self.cleaned_data["handle"])
        if handle in RESERVED_HANDLES and handle != self.initial["handle"]:
            raise ValidationError(_("This handle is kept for the people who run the site."))
        return handle


def _zones_by_region() -> list[tuple[str, list[tuple[str, str]]]]:
    regions: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted(zoneinfo.available_timezones()):
        region, _slash, place = zone.partition("/")
        if place and region not in {"Etc", "SystemV", "US"}:
            regions.setdefault(region, []).append((zone, place.replace("_", " ")))
    return list(regions.items())


class DeleteAccountForm(forms.Form):
    """Typing the address is the proof that it is meant."""

    email = forms.EmailField(label=_("Your e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        """It must be theirs, in any case of letters."""
        email = str(self.cleaned_data["email"])
        if email.lower() != self.user.email.lower():
            raise ValidationError(_("This is not the address of your account."))
        return email

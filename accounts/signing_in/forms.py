"""allauth's forms for codes and passkeys, with what we hold to besides: a code works once, and all is recorded."""

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.actions.changes import record_wrong_code, use_code
from accounts.attempts import first_within
from accounts.web import caller_of

CODE_LASTS = 120  # seconds, more than a code is taken for with the tolerance of MFA_TOTP_TOLERANCE


class CodeChecks(forms.Form):
    """Both ways to ask for a code: at sign-in, and again before something that protects the account."""

    user: Any
    authenticator: Authenticator

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.help_text = _("From your authenticator app, or one of your recovery codes.")
        code.widget.attrs |= {"inputmode": "numeric", "class": "code-input", "autofocus": True}

    def clean_code(self) -> str:
        caller = caller_of(context.request)
        try:
            used = use_code(caller, self.user, self._check_code)
            if used.type == Authenticator.Type.TOTP and self._used_before():
                raise get_adapter().validation_error("incorrect_code")
        except forms.ValidationError:
            record_wrong_code(caller, self.user)
            raise
        return str(self.cleaned_data["code"])

    def _check_code(self) -> Authenticator:
        super().clean_code()  # type: ignore[misc]
        return self.authenticator

    def _used_before(self) -> bool:
        code = "".join(self.cleaned_data["code"].split())
        return not first_within("totp", str(self.user.pk), code, seconds=CODE_LASTS)


class CodeForm(CodeChecks, AuthenticateForm):
    pass


class CodeAgainForm(CodeChecks, ReauthenticateForm):
    pass


class PasskeyForm(AddWebAuthnForm):
    """Each passkey is kept by the device and asks who uses it, so that it's enough to sign in by."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        required=False,
        help_text=_("To tell it from others, such as the device that keeps it."),
    )
    field_order = ["name", "credential"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        cleaned: dict[str, Any] = super().clean()
        return cleaned

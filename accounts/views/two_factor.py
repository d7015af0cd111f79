"""Second factors: codes of an app, recovery codes, passkeys. allauth's views, each change recorded with it."""

import base64
import json
from typing import Any

from allauth.mfa.base.views import AuthenticateView, ReauthenticateView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.actions.changes import record_change, record_wrong_code
from accounts.models import User
from accounts.queries import organizations_of, second_factors
from accounts.web import caller_of


@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Which factors one has, and which one could have."""
    factors = second_factors(_user(request))
    codes = [factor.wrap() for factor in factors.get("recovery_codes", [])]
    slug = request.GET.get("for", "")
    context = {
        "required_by": organizations_of(_user(request)).filter(slug=slug).first()
        if slug and not factors
        else None,
        "totp": factors.get("totp", [None])[0],
        "passkeys": factors.get("webauthn", []),
        "codes": codes,
        "codes_left": len(codes[0].get_unused_codes()) if codes else 0,
    }
    return render(request, "mfa/index.html", context)


@require_safe
@login_required
def passkeys(request: HttpRequest) -> HttpResponse:
    """One's passkeys."""
    found = second_factors(_user(request)).get("webauthn", [])
    return render(request, "mfa/webauthn/authenticator_list.html", {"passkeys": found})


class Recorded:
    """Has the form's change and its entry be one transaction. `action` is the entry's."""

    request: HttpRequest
    action = ""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        old, new = self.said(form)
        with record_change(caller_of(self.request), _user(self.request), self.action, old=old, new=new):
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        return response

    def said(self, form: BaseForm) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """What the entry tells of before and after."""
        return None, None


class SetUpApp(Recorded, ActivateTOTPView):
    """Codes of an app: scan, then show by a code that it worked."""

    action = "totp.create"


class TakeOffApp(Recorded, DeactivateTOTPView):
    action = "totp.delete"


class NewRecoveryCodes(Recorded, GenerateRecoveryCodesView):
    action = "recovery_codes.create"


class RecoveryCodes(ViewRecoveryCodesView):
    """The recovery codes, shown once; to be kept as a file or on paper."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        codes = context["unused_codes"]
        # In the page itself, since the server doesn't show them twice; and so it works without scripts.
        file = base64.b64encode("".join(f"{code}\n" for code in codes).encode()).decode()
        return context | {"codes_left": len(codes), "codes_file": f"data:text/plain;base64,{file}"}


class AddPasskey(Recorded, AddWebAuthnView):
    action = "passkey.create"

    def said(self, form: BaseForm) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        return None, {"name": form.cleaned_data["name"]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = auth.begin_registration(_user(self.request), passwordless=True)
        return context | {"options": packed(options)}


class RenamePasskey(Recorded, EditWebAuthnView):
    action = "passkey.update"

    def said(self, form: BaseForm) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        return {"name": str(form.initial["name"])}, {"name": form.cleaned_data["name"]}


class RemovePasskey(Recorded, RemoveWebAuthnView):
    action = "passkey.delete"

    def said(self, form: BaseForm) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        return {"name": str(self.object)}, None


class SecondStep(AuthenticateView):
    """After the password: a code, or a passkey."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        if form is self.webauthn_form:
            record_wrong_code(caller_of(self.request), self.stage.login.user)
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        factors = second_factors(self.stage.login.user)
        context["by_code"] = "totp" in factors or "recovery_codes" in factors
        context["by_passkey"] = "webauthn" in factors
        return context | {"options": packed(context["js_data"]["request_options"])}


class CodeAgain(ReauthenticateView):
    """A code, before something that protects the account."""


class PasskeyAgain(ReauthenticateWebAuthnView):
    """A passkey, before something that protects the account."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"options": packed(context["js_data"]["request_options"])}


class PasskeySignIn(LoginWebAuthnView):
    """Signing in by a passkey alone; the sign-in page's script asks here for what to sign."""


def packed(options: Any) -> str:
    """What the browser's passkey functions are given, as JSON."""
    return json.dumps(options, cls=DjangoJSONEncoder)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - signed in
    return request.user

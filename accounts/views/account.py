"""One's account, which is the same in all organizations: its overview, and what allauth's pages do otherwise here."""

from typing import Any

from allauth.account.views import ConfirmEmailView, EmailView, LoginView
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.queries import identities_of, memberships_of, second_factors, sessions_of
from audit.turns import turn


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """How one signs in, where one is signed in, how pages look, and one's profile in each organization."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - signed in
    factors = second_factors(user)
    context = {
        "totp": "totp" in factors,
        "passkeys": len(factors.get("webauthn", [])),
        "sessions": len(sessions_of(user)),
        "identities": len(identities_of(user)),
        "memberships": memberships_of(user),
        "provider": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
    }
    return render(request, "account/overview.html", context)


class SignIn(LoginView):
    """The ways in that this server offers."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["provider"] = settings.OIDC_NAME if settings.OIDC_ISSUER else ""
        context["by_password"] = (
            settings.PASSWORD_SIGN_IN or "operator" in self.request.GET or self.request.method == "POST"
        )
        if not settings.PASSWORD_SIGN_IN:
            context["signup_url"] = None
        context["form"].fields["login"].widget.attrs["autocomplete"] = "username webauthn"
        return context


class Together:
    """Has what a form does and the entries about it be one transaction; the forms of these pages hash nothing."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        with turn(), transaction.atomic():
            response: HttpResponse = super().post(*args, **kwargs)  # type: ignore[misc]
        return response


class Addresses(Together, EmailView):
    """One's e-mail addresses."""


class ConfirmAddress(Together, ConfirmEmailView):
    """An address is confirmed by the link that was mailed there."""


addresses = login_required(Addresses.as_view())

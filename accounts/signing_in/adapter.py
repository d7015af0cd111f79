"""What allauth asks of us: who may sign up, whose address is known; accounts change by our actions."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.actions.sign_ins import record_refused_sign_in
from accounts.actions.users import save_password, sign_up
from accounts.domains import domain_of
from accounts.models import Domain, User
from accounts.pending import mailed_invitation, pending_url
from accounts.web import caller_of


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Open where anyone may make organizations, otherwise to those who are invited or have a domain's address.

        A server without users is for who has its set-up code.
        """
        if not User.objects.exists() or not settings.PASSWORD_SIGN_IN:
            return False
        return self.is_open_to_any_address(request) or Domain.objects.exists()

    def is_open_to_any_address(self, request: HttpRequest) -> bool:
        return settings.ORGANIZATION_CREATION == "anyone" or pending_url(request) is not None

    def clean_email(self, email: str) -> str:
        email = str(super().clean_email(email))
        by_provider = getattr(self.request, "by_provider", False)  # which decides who may have an account
        if by_provider or self.request.user.is_authenticated or self.is_open_to_any_address(self.request):
            return email
        if not Domain.objects.filter(name=domain_of(email)).exists():
            raise ValidationError(
                _("This address needs an invitation. Ask an admin of your organization for one.")
            )
        return email

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Where the provider decides who comes in, only operators come in past it: it may be away."""
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        by_provider = "sociallogin" in (kwargs.get("signal_kwargs") or {})
        if response or settings.PASSWORD_SIGN_IN or by_provider or user.is_superuser:
            return response
        record_refused_sign_in(caller_of(request), user, email=user.email)
        return render(
            request, "account/only_single_sign_on.html", {"provider": settings.OIDC_NAME}, status=403
        )

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        """Whether the address is known to be theirs: they came by the link that was mailed there."""
        invitation = mailed_invitation(request)
        return invitation is not None and invitation.email == email.lower()

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        super().save_user(request, user, form, commit=False)
        if commit:
            confirmed = self.is_email_verified(request, user.email)
            sign_up(caller_of(request), user, confirmed=confirmed)
        return user

    def set_password(self, user: User, password: str) -> None:
        user.set_password(password)
        save_password(caller_of(self.request), user)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The client's address behind the trusted proxies; empty where there's none, as on a Unix socket."""
        try:
            return str(super().get_client_ip(request))
        except PermissionDenied:
            return ""

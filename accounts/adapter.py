"""What allauth asks of us: who may sign up, whose address is known; accounts change by our actions."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.actions.users import save_password, sign_up
from accounts.models import User
from accounts.pending import mailed_invitation, pending_url
from accounts.web import caller_of


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Open where anyone may make organizations, otherwise to those who are invited.

        A server without users is for who has its set-up code.
        """
        if not User.objects.exists():
            return False
        return settings.ORGANIZATION_CREATION == "anyone" or pending_url(request) is not None

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

"""Single sign-on by the one OpenID Connect provider that the settings name: who of those it says have come comes in.

An address counts as confirmed only where the provider says so.
"""

import secrets
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.actions.identities import connect_identity, sign_up_by_identity
from accounts.actions.sign_ins import record_refused_sign_in
from accounts.models import User
from accounts.queries import confirmed_user_at, user_at
from accounts.signing_in.provider import PROVIDER, ProviderClient
from accounts.validation import one_line
from accounts.web import caller_of

SCOPES = ["openid", "email", "profile"]


class SingleSignOn(OpenIDConnectProvider):
    """The provider, as allauth knows one."""

    oauth2_adapter_class = ProviderClient

    def begin(self, request: HttpRequest, *, process: str, next_url: str | None, user: User | None) -> str:
        """Where at the provider the sign-in goes on; what has to hold when it comes back is kept in the session.

        Raises:
            OAuth2Error, RequestException: the provider won't do, or can't be reached.
        """
        nonce = secrets.token_urlsafe(24)
        redirect: HttpResponse = self.redirect(
            request, process, next_url=next_url, data={"user": user.pk if user else None}, nonce=nonce,
            scope=SCOPES, auth_params={"nonce": nonce},
        )  # fmt: skip
        return redirect.headers["Location"]

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, str]:
        """What is kept: no more than the list of connected sign-ins shows."""
        told = data["userinfo"]
        return {name: one_line(str(told[name]))[:254] for name in ("email", "name") if told.get(name)}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        addresses: list[Any] = super().extract_email_addresses(data)
        for address in addresses:
            # Some providers send words for truth values; nothing else is a yes.
            address.verified = data["userinfo"].get("email_verified") in (True, "true")
        return addresses


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """What allauth asks of us about identities."""

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The one provider of the settings. What the database may hold doesn't count, and isn't asked."""
        if not settings.OIDC_ISSUER or provider not in {None, PROVIDER, SingleSignOn.id}:
            return []
        app = SocialApp(
            provider=SingleSignOn.id, provider_id=PROVIDER, name=settings.OIDC_NAME, client_id=settings.OIDC_CLIENT_ID,
            secret=settings.OIDC_CLIENT_SECRET,
            settings={"server_url": settings.OIDC_ISSUER, "oauth_pkce_enabled": True},
        )  # fmt: skip
        return [app]

    def get_provider(
        self, request: HttpRequest, provider: str = PROVIDER, client_id: str | None = None
    ) -> SingleSignOn:
        return SingleSignOn(request, app=self.get_app(request, provider=provider, client_id=client_id))

    def list_providers(self, request: HttpRequest) -> list[SingleSignOn]:
        return [SingleSignOn(request, app=app) for app in self.list_apps(request)]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Whoever runs the server chose the provider, and so trusts it with who may have an account."""
        return User.objects.exists()

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """The account that has confirmed an address which the provider has confirmed too."""
        for address in sociallogin.email_addresses:
            user = confirmed_user_at(address.email) if address.verified else None
            if user is not None:
                return user, address.email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Have a known identity in; connect one whose address belongs to an account; stop any that can't be told."""
        if sociallogin.is_existing and not sociallogin._did_authenticate_by_email:
            return
        email = next((address.email for address in sociallogin.email_addresses if address.verified), "")
        if sociallogin.is_existing:
            if sociallogin.user.is_active:
                connect(request, sociallogin.user, sociallogin)
            sociallogin._did_authenticate_by_email = None
        elif not email:
            told = next((address.email for address in sociallogin.email_addresses), "")
            raise ImmediateHttpResponse(
                refusal(request, told, _("%(name)s doesn't say that this address is yours."))
            )
        elif user_at(email) is not None:
            raise ImmediateHttpResponse(
                refusal(
                    request,
                    email,
                    _(
                        "There is an account with this address, and it never confirmed it. Sign in there with its "
                        "password, confirm the address, and come back."
                    ),
                )
            )

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        user: User = sociallogin.user
        user.email = next(address.email for address in sociallogin.email_addresses if address.verified)
        return sign_up_by_identity(caller_of(request), user, sociallogin.account)


def connect(request: HttpRequest, user: User, login: SocialLogin) -> None:
    """Have `user` sign in by this identity from now on, and tell them by mail."""
    connect_identity(caller_of(request), user, login.account)
    SingleSignOnAdapter(request).send_notification_mail(
        "socialaccount/email/account_connected", user, context={"provider": settings.OIDC_NAME}
    )


def refusal(request: HttpRequest, email: str, reason: str) -> HttpResponse:
    """The page that says why who came from the provider can't come in."""
    record_refused_sign_in(caller_of(request), user_at(email), email=email)
    context = {
        "reason": reason % {"name": settings.OIDC_NAME},
        "email": email,
        "provider": settings.OIDC_NAME,
    }
    return render(request, "socialaccount/refused.html", context, status=403)

"""Single sign-on by the one OpenID Connect provider that the settings name: whom it says has come.

Beyond allauth's own checks: the configuration is the issuer's, the ID token's signature and nonce hold, the user info
is of the same subject, and an address counts as confirmed only where the provider says so.
"""

import secrets
from typing import Any
from urllib.parse import urlsplit

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from requests import RequestException

from accounts.actions.identities import connect_identity, sign_up_by_identity
from accounts.actions.sign_ins import record_refused_sign_in
from accounts.models import User
from accounts.queries import confirmed_user_at, user_at
from accounts.web import caller_of

PROVIDER = "sso"
SCOPES = ["openid", "email", "profile"]
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
CONFIGURATION_KEPT = 600  # seconds
LEEWAY = 60  # seconds by which the provider's clock may differ
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


class NotBelieved(OAuth2Error):
    """The provider's answer won't do; the text is for the operator's log, and holds nothing secret."""


class ProviderClient(OpenIDConnectOAuth2Adapter):
    """The conversation with the provider. It takes place while someone signs in, and at no other time."""

    def __init__(self, request: HttpRequest, _provider_id: str = PROVIDER) -> None:
        super().__init__(request, PROVIDER)

    @property
    def openid_config(self) -> dict[str, Any]:
        key = f"oidc:{settings.OIDC_ISSUER}"
        known: dict[str, Any] | None = cache.get(key)
        if known is None:
            known = self._configuration()
            cache.set(key, known, CONFIGURATION_KEPT)
        return known

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("openid_connect_callback"))

    def who_came(self, state: dict[str, Any]) -> SocialLogin:
        """The sign-in that the code in this request stands for; `state` is what was kept when it began.

        Raises:
            OAuth2Error: the provider gives nothing for the code, or its answer isn't to be believed.
            RequestException: it can't be reached.
        """
        provider = self.get_provider()
        self.request.by_provider = True
        client = self.get_client(self.request, provider.app)
        verifier = state.get("pkce_code_verifier")
        try:
            tokens = self.get_access_token_data(
                self.request, provider.app, client, pkce_code_verifier=verifier
            )
            claims = self._claims(tokens["id_token"], nonce=state.get("nonce"))
            told = self._user_info(tokens["access_token"], claims["sub"])
            known = claims | told
            known["email"] = str(known.get("email") or "").lower()
            login: SocialLogin = provider.sociallogin_from_response(self.request, {"userinfo": known})
        except (KeyError, TypeError, ValueError) as error:
            raise NotBelieved("The provider's answer can't be read.") from error
        login.state = state
        return login

    def _configuration(self) -> dict[str, Any]:
        issuer = settings.OIDC_ISSUER.rstrip("/")
        try:
            found = self._fetch(f"{issuer}/.well-known/openid-configuration")
            kept = {name: str(found[name]) for name in NEEDED}
        except (KeyError, TypeError, ValueError) as error:
            raise NotBelieved("OIDC_ISSUER has no configuration that can be read.") from error
        if kept["issuer"].rstrip("/") != issuer:
            raise NotBelieved("The provider calls itself by another name than OIDC_ISSUER.")
        for name in ("userinfo_endpoint", "token_endpoint_auth_methods_supported"):
            kept |= {name: found[name]} if name in found else {}
        secure = {
            urlsplit(str(kept[name])).scheme for name in (*NEEDED[1:], "userinfo_endpoint") if name in kept
        }
        if not secure <= {"https", urlsplit(issuer).scheme}:
            raise NotBelieved("The provider names an address without TLS.")
        return kept

    def _claims(self, id_token: str, *, nonce: str | None) -> dict[str, Any]:
        try:
            keys = jwt.PyJWKSet.from_dict(self._fetch(self.openid_config["jwks_uri"])).keys
            name = jwt.get_unverified_header(id_token).get("kid")
            key = next(key for key in keys if key.key_id == name or (name is None and len(keys) == 1))
            claims: dict[str, Any] = jwt.decode(
                id_token, key, algorithms=ALGORITHMS, audience=settings.OIDC_CLIENT_ID, leeway=LEEWAY,
                issuer=self.openid_config["issuer"], options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )  # fmt: skip
        except (jwt.PyJWTError, StopIteration) as error:
            raise NotBelieved(f"The ID token isn't valid: {type(error).__name__}.") from error
        if not nonce or not secrets.compare_digest(str(claims.get("nonce")).encode(), nonce.encode()):
            raise NotBelieved("The ID token is of another sign-in.")
        return claims

    def _user_info(self, access_token: str, subject: str) -> dict[str, Any]:
        address = self.openid_config.get("userinfo_endpoint")
        if not address:
            return {}
        told = self._fetch(address, Authorization=f"Bearer {access_token}")
        if told.get("sub") != subject:
            raise NotBelieved("The user info is somebody else's.")
        return told

    def _fetch(self, address: str, **headers: str) -> dict[str, Any]:
        with SingleSignOnAdapter().get_requests_session() as session:
            response = session.get(address, headers=headers)
            response.raise_for_status()
            found: dict[str, Any] = response.json()
        return found


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
        return {name: str(told[name])[:254] for name in ("email", "name") if told.get(name)}

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


__all__ = [
    "NotBelieved",
    "OAuth2Error",
    "ProviderClient",
    "RequestException",
    "SingleSignOnAdapter",
    "connect",
]

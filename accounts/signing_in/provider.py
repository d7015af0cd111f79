"""The conversation with the provider of single sign-on: whom it says has come.

Beyond allauth's own checks: the configuration is the issuer's, the ID token's signature and nonce hold, and the user
info is of the same subject.
"""

import secrets
from typing import Any
from urllib.parse import urlsplit

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse

from accounts.errors import Invalid
from accounts.models import User
from accounts.validation import check

PROVIDER = "sso"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
CONFIGURATION_KEPT = 600  # seconds
LEEWAY = 60  # seconds by which the provider's clock may differ
LONGEST_SUBJECT = 191  # characters, as allauth keeps them
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


class NotBelieved(OAuth2Error):
    """The provider's answer won't do; the text is for the operator's log, and holds nothing secret."""


class ProviderClient(OpenIDConnectOAuth2Adapter):
    """Asks the provider while someone signs in, and at no other time."""

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
            known = claims | told | _address(claims, told)
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
        if not 0 < len(claims["sub"]) <= LONGEST_SUBJECT or not claims["sub"].isprintable():
            raise NotBelieved("The subject isn't one that can be kept.")
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
        with get_adapter().get_requests_session() as session:
            response = session.get(address, headers=headers)
            response.raise_for_status()
            found = response.json()
        if not isinstance(found, dict):
            raise NotBelieved("The provider's answer is no object.")
        return found


def _address(claims: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """The address, and whether it's confirmed: by an answer that names it, since two answers may name two addresses."""
    said = [
        (str(one["email"]).lower(), one.get("email_verified")) for one in (told, claims) if one.get("email")
    ]
    email = said[0][0] if said else ""
    try:
        check(User, email=email)
    except Invalid:
        return {"email": "", "email_verified": False}
    confirmed = (verified for address, verified in said if address == email and verified is not None)
    return {"email": email, "email_verified": next(confirmed, False)}

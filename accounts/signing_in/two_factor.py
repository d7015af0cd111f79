"""What allauth asks of us about second factors: how their secrets are kept, and what passkeys are called."""

import base64
import hashlib
import secrets
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from accounts.devices import device_of
from accounts.models import User


class TwoFactorAdapter(DefaultMFAAdapter):
    """Secrets are kept encrypted with a key made of SECRET_KEY, so that a copy of the database tells no codes."""

    def encrypt(self, text: str) -> str:
        return fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # SECRET_KEY is another by now: no code fits any more, and an operator has to take the factor off.
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def generate_authenticator_name(self, user: User, type: Any) -> str:  # noqa: A002 - allauth's word
        return device_of(context.request.headers.get("User-Agent", ""))


def fernet() -> Fernet:
    digest = hashlib.sha256(b"accounts.two_factor" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))

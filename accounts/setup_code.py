"""The one-time code that proves, on an empty server, that the visitor can read what the server printed.

It follows from the secret key, so every process knows it; it's worth nothing once a user exists.
"""

import base64
import hmac

from django.conf import settings
from django.utils.crypto import constant_time_compare

LENGTH = 12  # characters of base32: 60 bits


def setup_code() -> str:
    """The code, in three groups of four capitals and digits."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), b"workchat set-up code", "sha256")
    code = base64.b32encode(digest).decode()[:LENGTH]
    return "-".join(code[i : i + 4] for i in range(0, LENGTH, 4))


def is_setup_code(given: str) -> bool:
    """Whether `given` is the code; case, spaces and hyphens don't matter."""
    plain = "".join(c for c in given.upper() if c.isalnum())
    return constant_time_compare(plain, setup_code().replace("-", ""))

"""What tests of second factors do: sign in as people do, set up an app, know its codes."""

import re
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from accounts.models import Member, User
from tests.accounts.looking import text
from tests.cast import PASSWORD

AGAIN = "/accounts/reauthenticate/"


def sign_in(client: Client, member: Member, *, password: str = PASSWORD, **extra: str) -> str:
    """Sign in by password; where that leads."""
    assert member.user is not None
    given = {"login": member.user.email, "password": password}
    answer = client.post("/accounts/login/", given, headers=extra)
    return answer.headers.get("Location", "")


def confirm(client: Client) -> None:
    """Show once more who one is."""
    assert client.post(AGAIN, {"password": PASSWORD}).status_code == 302


def code_of(secret: str, *, later: int = 0) -> str:
    """What an app shows, `later` periods from now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later)))


def set_up_app(client: Client) -> str:
    """Set up an authenticator app as a person does; its secret."""
    confirm(client)
    shown = text(client.get("/accounts/two-factor/app/"))
    found = re.search(r"<code>([A-Z2-7]{32})</code>", shown)
    assert found is not None
    answer = client.post("/accounts/two-factor/app/", {"code": code_of(found[1])})
    assert answer.headers["Location"] == "/accounts/recovery-codes/"
    return found[1]


def recovery_codes(client: Client) -> list[str]:
    """The codes as they are shown, which is once."""
    return re.findall(r"<code>(\d{8})</code>", text(client.get("/accounts/recovery-codes/")))


def factors(user: User | None) -> list[str]:
    return sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))

"""What operators do to accounts: by commands and in the admin, each on record and by no way past it."""

import io
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.actions.users import change_password, remove_second_factors
from accounts.errors import Refused
from accounts.models import Member, User
from tests.accounts.factors import factors, set_up_app, sign_in
from tests.accounts.looking import actions_since, last_entry, text
from tests.cast import caller_for

ClientOf = Callable[[Member], Client]
NEW = "another long one"


def run(monkeypatch: pytest.MonkeyPatch, name: str, email: str, password: str = NEW) -> str:
    """Run a command with the password on its input; what it said."""
    said = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    call_command(name, email, stdout=said)
    return said.getvalue()


@pytest.fixture
def before(database: None) -> int:
    return last_entry(None).position


def test_making_an_operator(monkeypatch: pytest.MonkeyPatch, before: int) -> None:
    run(monkeypatch, "createsuperuser", "Olga@Server.Example")
    olga = User.objects.get(email="olga@server.example")
    assert (olga.is_superuser, olga.check_password(NEW)) == (True, True)
    assert actions_since(before, None) == ["user.create"]
    assert (last_entry(None).via, last_entry(None).client) == ("command", "createsuperuser")


def test_changing_a_password(
    monkeypatch: pytest.MonkeyPatch, before: int, chloe: Member, client_of: ClientOf
) -> None:
    client = client_of(chloe)
    before = last_entry(None).position
    assert "chloe@acme.example" in run(monkeypatch, "changepassword", "Chloe@Acme.Example")
    assert actions_since(before, None) == ["password.update"]
    assert (last_entry(None).via, last_entry(None).entity_id) == ("command", chloe.user_id)
    assert client.get("/o/acme/people/").status_code == 302
    assert sign_in(Client(), chloe, password=NEW)


@pytest.mark.parametrize(
    ("name", "email", "password", "said"),
    [
        ("createsuperuser", "chloe@acme.example", NEW, "has an account already"),
        ("createsuperuser", "new@server.example", "short", "too short"),
        ("changepassword", "chloe@acme.example", "short", "too short"),
        ("changepassword", "nobody@acme.example", NEW, "No account signs in with"),
    ],
)
def test_what_will_not_do(
    name: str, email: str, password: str, said: str, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    with pytest.raises(CommandError, match=said):
        run(monkeypatch, name, email, password)
    assert actions_since(before, None) == []


def test_taking_second_factors_off(
    chloe: Member, ben: Member, operating: Client, client_of: ClientOf
) -> None:
    set_up_app(client_of(chloe))
    before = last_entry(None).position
    chosen = {"action": "remove_second_factors", "_selected_action": [chloe.user_id, ben.user_id]}
    answer = text(operating.post(reverse("admin:accounts_user_changelist"), chosen, follow=True))
    assert "hloe@acme.example: second factors taken off." in answer
    assert "en@acme.example has none." in answer
    assert factors(chloe.user) == []
    assert actions_since(before, None) == ["two_factor.remove"]
    entry = last_entry(None)
    assert (entry.via, entry.entity_id) == ("admin", chloe.user_id)
    assert entry.value.old == {"kinds": ["recovery_codes", "totp"]}
    assert (mail.outbox[-1].to, "taken off" in mail.outbox[-1].subject) == (["chloe@acme.example"], True)


def test_both_take_an_operator(before: int, anna: Member, chloe: Member) -> None:
    assert anna.user is not None
    assert chloe.user is not None
    with pytest.raises(Refused):
        remove_second_factors(caller_for(anna.user), chloe.user)
    with pytest.raises(Refused):
        change_password(caller_for(anna.user), chloe.user, password=NEW)
    assert actions_since(before, None) == []

"""Who acts for the server itself."""

import pytest

from accounts.actions import add_bot
from accounts.caller import Caller, command
from accounts.errors import Refused
from accounts.models import Member, Organization, User
from tests.cast import caller_for, caller_of


def test_operators_and_commands_do(operator: User) -> None:
    assert caller_for(operator).is_operator
    assert command("demo").is_operator
    assert Caller(via="task").is_operator


def test_members_and_users_do_not(anna: Member, zoe: Member) -> None:
    assert anna.user is not None
    assert not caller_of(anna).is_operator
    assert not caller_for(anna.user).is_operator


@pytest.mark.parametrize("via", ["page", "admin", "api", "mcp"])
def test_a_visitor_without_a_name_does_not(via: str, acme: Organization) -> None:
    assert not Caller(via=via).is_operator
    with pytest.raises(Refused):
        add_bot(Caller(via=via), acme, name="Mallory")


def test_not_even_an_operator_as_a_member(anna: Member) -> None:
    assert anna.user is not None
    anna.user.is_superuser = True
    assert not caller_of(anna).is_operator

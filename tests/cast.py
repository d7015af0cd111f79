"""The cast: Anna owns Acme, Ben is an admin, Chloe a member, Gus a guest, Robin a bot; Zoe owns Globex.

They come in by the real actions, once per run.
"""

from accounts.actions import accept_invitation, add_bot, create_organization, create_user, invite_member
from accounts.caller import Caller, command
from accounts.models import Member, User

PASSWORD = "workchat-demo"
NAMES = {
    "anna": "Anna Lind",
    "ben": "Ben Okafor",
    "chloe": "Chloe Martin",
    "gus": "Gus Berg",
    "zoe": "Zoe Park",
    "robin": "Robin",
}
TESTS = command("tests")


def assemble() -> None:
    """Make everyone, in an empty database."""
    anna = create_organization(
        caller_for(_user("anna", "acme")), name="Acme", owner_name=NAMES["anna"], slug="acme"
    )
    for name, role in (("ben", "admin"), ("chloe", "member"), ("gus", "guest")):
        user = _user(name, "acme")
        invitation = invite_member(
            caller_of(anna), email=user.email, role=role, base_url="https://chat.example"
        )
        accept_invitation(caller_for(user), invitation, name=NAMES[name])
    add_bot(TESTS, anna.organization, name=NAMES["robin"])
    create_organization(
        caller_for(_user("zoe", "globex")), name="Globex", owner_name=NAMES["zoe"], slug="globex"
    )


def member(name: str) -> Member:
    """One of the cast, read anew."""
    return Member.objects.select_related("organization", "user").get(display_name=NAMES[name])


def caller_of(member: Member) -> Caller:
    """The caller that a page makes of a member."""
    return Caller(member, member.user, member.display_name, "page", "Firefox", "192.0.2.7", "a-request")


def caller_for(user: User) -> Caller:
    """The caller that a page makes of a user outside of any organization."""
    return Caller(user=user, label=user.email, via="page", client="Firefox", ip="192.0.2.7")


def _user(name: str, domain: str) -> User:
    return create_user(TESTS, email=f"{name}@{domain}.example", password=PASSWORD)

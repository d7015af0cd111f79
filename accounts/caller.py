"""The caller of an action: who, and through which face. Each face builds one."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import Member, User


# Faces that no visitor reaches; on all others a caller without a user is just nobody.
OWN_MACHINERY = {"system", "command", "task"}


@dataclass(frozen=True, slots=True)
class Caller:
    """`member` acts inside their organization; operators, commands and tasks have none."""

    member: "Member | None" = None
    user: "User | None" = None
    label: str = ""
    via: str = "system"  # page, admin, command, task, api, mcp
    client: str = ""
    ip: str = ""
    request_id: str = ""

    @property
    def member_id(self) -> int | None:
        return self.member.pk if self.member else None

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None

    def as_member(self, member: "Member") -> "Caller":
        """The same caller, who has just become `member`."""
        return replace(self, member=member, user=member.user, label=member.display_name)

    @property
    def is_operator(self) -> bool:
        """Whether they act for the server itself: a superuser in the admin, or the server's own machinery."""
        if self.member is not None:
            return False
        if self.user is not None:
            return self.user.is_active and self.user.is_superuser
        return self.via in OWN_MACHINERY


def command(name: str) -> Caller:
    """The caller of a management command."""
    return Caller(label=f"manage.py {name}", via="command", client=name)

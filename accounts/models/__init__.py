"""Who you are, and where: users sign in, members act, organizations keep apart."""

from accounts.models.domain import Domain
from accounts.models.invitation import Invitation
from accounts.models.member import Kind, Member, Role, State
from accounts.models.organization import Organization
from accounts.models.picture import Picture
from accounts.models.user import User

__all__ = ["Domain", "Invitation", "Kind", "Member", "Organization", "Picture", "Role", "State", "User"]

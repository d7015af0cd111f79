"""What people do with organizations, members and invitations; each in one transaction with its log entry."""

from accounts.actions.domains import add_domain, join_by_domain, remove_domain
from accounts.actions.invitations import (
    accept_invitation,
    change_join_link,
    invite_member,
    join_by_link,
    revoke_invitation,
)
from accounts.actions.members import (
    add_bot,
    change_role,
    deactivate_member,
    leave_organization,
    reactivate_member,
)
from accounts.actions.organizations import (
    create_organization,
    hide_first_steps,
    require_two_factor,
    set_up_server,
    update_organization,
)
from accounts.actions.profiles import remove_picture, set_picture, update_profile
from accounts.actions.sessions import enter_organization
from accounts.actions.users import create_user, update_user

__all__ = [
    "accept_invitation",
    "add_bot",
    "add_domain",
    "change_join_link",
    "change_role",
    "create_organization",
    "create_user",
    "deactivate_member",
    "enter_organization",
    "hide_first_steps",
    "invite_member",
    "join_by_domain",
    "join_by_link",
    "leave_organization",
    "reactivate_member",
    "remove_domain",
    "remove_picture",
    "require_two_factor",
    "revoke_invitation",
    "set_picture",
    "set_up_server",
    "update_organization",
    "update_profile",
    "update_user",
]

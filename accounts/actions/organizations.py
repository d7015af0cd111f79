"""Making and changing organizations, and setting up a new server."""

import re

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.access import has_second_factor
from accounts.actions.members import acting
from accounts.actions.users import confirm_address_of, set_new_password
from accounts.caller import Caller
from accounts.errors import Invalid, NotThere, Refused
from accounts.hooks import member_joined, organization_created
from accounts.models import Member, Organization, Role, User
from accounts.permissions import require
from accounts.setup_code import is_setup_code
from accounts.validation import check, display_name, one_line
from audit.recording import open_chain, record
from audit.turns import turn

# Under /o/ these would never clash, but they'd read like the site's own pages.
RESERVED_SLUGS = {"admin", "api", "accounts", "static", "workchat"}


def create_organization(caller: Caller, *, name: str, slug: str = "", owner_name: str) -> Member:
    """Make an organization whose owner is the caller's user; returns the owner.

    Raises:
        Refused: only operators may make organizations here, and the caller is none.
        Invalid: a name or address that can't be, or an address that is taken.
    """
    user = caller.user
    if user is None or not user.is_active:
        raise Refused(_("Sign in first."))
    if settings.ORGANIZATION_CREATION == "operators" and not user.is_superuser:
        raise Refused(_("On this server only its operators make organizations."))
    return _create(caller, user, name=name, slug=slug, owner_name=owner_name)


def set_up_server(
    *, code: str, name: str, slug: str = "", owner_name: str, email: str, password: str, ip: str = ""
) -> Member:
    """Make the first organization of an empty server, its owner and operator; returns the owner.

    Raises:
        NotThere: the server has been set up.
        Invalid: the code is wrong, or something given can't be.
    """
    if User.objects.exists():
        raise NotThere
    if not is_setup_code(code):
        raise Invalid(_("This isn't the code that the server printed when it started."), field="code")
    email = email.strip().lower()
    check(User, email=email)
    user = User(email=email, is_staff=True, is_superuser=True)
    set_new_password(user, password)
    caller = Caller(user=user, label=user.email, via="page", ip=ip)
    with record(caller, None) as log:
        if User.objects.exists():  # somebody else was quicker
            raise NotThere
        user.save()
        confirm_address_of(user)  # by the code they've shown that the server is theirs
        log.append("server.set_up", user, new={"email": user.email})
        return _create(caller, user, name=name, slug=slug, owner_name=owner_name)


def update_organization(caller: Caller, organization: Organization, *, name: str) -> Organization:
    """Rename the organization, as its admin or an operator; returns it as it is now.

    Raises:
        NotThere: it isn't the caller's organization.
        Refused: the caller may not.
        Invalid: the name can't be.
    """
    member = caller.member
    if not caller.is_operator and (member is None or member.organization_id != organization.pk):
        raise NotThere
    name = one_line(name)
    check(Organization, name=name)
    with record(caller, organization.pk) as log:
        if member is not None:
            member.refresh_from_db(fields=["role", "state"])
            require(member, "organization.update")
        organization.refresh_from_db()
        if organization.name != name:
            old, organization.name = organization.name, name
            organization.save(update_fields=["name"])
            log.append("organization.update", organization, old={"name": old}, new={"name": name})
    return organization


def require_two_factor(caller: Caller, *, required: bool) -> Organization:
    """Let only those into the caller's organization who have two-factor authentication, or everyone again.

    It holds from the next request on, and ends the open streams of those who have none.

    Raises:
        NotThere: the caller is no member.
        Refused: the caller may not.
        Invalid: they have none themselves, and would shut themselves out.
    """
    member = caller.member
    if member is None:
        raise NotThere
    organization = member.organization
    with record(caller, organization.pk) as log:
        require(acting(caller, member), "organization.require_two_factor")
        if required and not (member.user and has_second_factor(member.user)):
            raise Invalid(
                _("Set up two-factor authentication for yourself first, or you would shut yourself out.")
            )
        organization.refresh_from_db()
        if organization.requires_two_factor != required:
            organization.requires_two_factor = required
            organization.save(update_fields=["requires_two_factor"])
            action = "organization.require_two_factor" if required else "organization.waive_two_factor"
            log.append(action, organization)
    return organization


def hide_first_steps(caller: Caller) -> None:
    """Stop showing the organization's admins what to begin with.

    Raises:
        NotThere: the caller is no member.
        Refused: the caller may not.
    """
    member = caller.member
    if member is None:
        raise NotThere
    organization = member.organization
    with record(caller, organization.pk) as log:
        require(acting(caller, member), "organization.update")
        organization.refresh_from_db()
        if organization.first_steps:
            organization.first_steps = False
            organization.save(update_fields=["first_steps"])
            log.append(
                "organization.update", organization, old={"first_steps": True}, new={"first_steps": False}
            )


def _create(caller: Caller, user: User, *, name: str, slug: str, owner_name: str) -> Member:
    name, owner_name = one_line(name), display_name(owner_name)
    check(Organization, name=name)
    chosen = slug.strip().lower()
    if chosen:
        check(Organization, slug=chosen)
    if chosen in RESERVED_SLUGS:
        raise Invalid(_("This address is reserved. Choose another."), field="slug")
    with turn(), transaction.atomic():
        slug = chosen or _free_slug(name)
        try:
            with transaction.atomic():
                organization = Organization.objects.create(name=name, slug=slug)
        except IntegrityError as error:
            raise Invalid(_("This address is taken. Choose another."), field="slug") from error
        open_chain(organization.pk)
        owner = Member.objects.create(
            organization=organization, user=user, display_name=owner_name, role=Role.OWNER
        )
        caller = caller.as_member(owner)
        with record(caller, organization.pk) as log:
            log.append("organization.create", organization, new={"name": name, "slug": slug})
            new = {"display_name": owner_name, "role": owner.role}
            log.append("member.create", owner, new=new, subject_id=owner.pk)
            organization_created.send(
                Organization, log=log, caller=caller, organization=organization, owner=owner
            )
            member_joined.send(Member, log=log, caller=caller, member=owner)
    return owner


def _free_slug(name: str) -> str:
    """A slug made of `name`, with `-2`, `-3` … after it when it's taken."""
    plain = _cut(re.sub(r"[-_]+", "-", slugify(name)), 40)
    wanted = plain if len(plain) > 1 else f"{plain}-team".strip("-")
    slug, number = wanted, 1
    while slug in RESERVED_SLUGS or Organization.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{_cut(wanted, 35)}-{number}"
    return slug


def _cut(slug: str, length: int) -> str:
    return slug[:length].strip("-")

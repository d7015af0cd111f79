"""Domains whose people may join by themselves."""

from django.utils.translation import gettext_lazy as _

from accounts.access import confirmed_domains
from accounts.actions._joining import join
from accounts.actions.members import acting
from accounts.caller import Caller
from accounts.domains import domain_name
from accounts.errors import Invalid, NotThere
from accounts.models import Domain, Member, Organization, Role
from accounts.permissions import require
from audit.recording import record

MOST = 50  # domains of an organization


def add_domain(caller: Caller, *, name: str) -> Domain:
    """Let everyone with a confirmed address at a domain join the caller's organization; returns the domain.

    Who adds one needs such an address too, or an organization could offer itself to strangers' people.

    Raises:
        NotThere: the caller is no member.
        Refused: the caller may not.
        Invalid: it's no domain, anyone's domain, there already, or the caller has no confirmed address there.
    """
    member = caller.member
    if member is None:
        raise NotThere
    name = domain_name(name)
    with record(caller, member.organization_id) as log:
        require(acting(caller, member), "domain.change")
        if member.user is None or name not in confirmed_domains(member.user):
            raise Invalid(
                _(
                    "Only who has a confirmed address at this domain can add it. Confirm yours in your account."
                ),
                field="name",
            )
        present = Domain.objects.filter(organization=member.organization_id)
        if present.filter(name=name).exists():
            raise Invalid(_("This domain is in the list already."), field="name")
        if present.count() >= MOST:
            raise Invalid(_("An organization has at most 50 domains."), field="name")
        domain = Domain.objects.create(organization_id=member.organization_id, name=name)
        log.append("domain.create", domain, new={"name": name})
    return domain


def remove_domain(caller: Caller, domain: Domain) -> None:
    """Have a domain's people need an invitation again; who has joined stays.

    Raises:
        Refused: the caller may not.
    """
    with record(caller, domain.organization_id) as log:
        require(acting(caller, domain), "domain.change")
        there = Domain.objects.filter(pk=domain.pk).first()
        if there is not None:
            log.append("domain.delete", there, old={"name": there.name})
            there.delete()


def join_by_domain(caller: Caller, organization: Organization, *, name: str) -> Member:
    """The caller's user joins as a member, by a confirmed address at one of the organization's domains.

    Raises:
        NotThere: they have no such address, or the domain has been removed.
        Invalid: the name can't be.
        Refused: nobody has signed in, or the member was deactivated by the organization.
    """
    with record(caller, organization.pk) as log:
        mine = confirmed_domains(caller.user) if caller.user else set()
        if not Domain.objects.filter(organization=organization, name__in=mine).exists():
            raise NotThere
        return join(log, caller, organization, role=Role.MEMBER, name=name, returning=False)

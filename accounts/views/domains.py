"""The domains whose people may join by themselves: kept by admins, used by those people."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access
from accounts.actions import add_domain, join_by_domain, remove_domain
from accounts.caller import Caller
from accounts.errors import NotThere
from accounts.forms import DomainForm
from accounts.models import Member, User
from accounts.permissions import require
from accounts.queries import organizations_open_to
from accounts.views.invitations import show_invitations
from accounts.views.joining import way_in
from accounts.web import answering, attempt, caller_of, in_organization


@require_POST
@in_organization
def add(request: HttpRequest, member: Member) -> HttpResponse:
    """Let a domain's people join."""
    require(member, "domain.change")
    form = DomainForm(request.POST)
    if added := attempt(form, partial(add_domain, caller_of(request, member))):
        messages.success(
            request, _("Whoever has an address at %(name)s can join now.") % {"name": added.name}
        )
        return redirect("accounts:invitations", member.organization.slug)
    return show_invitations(request, member, domain_form=form, status=422)


@require_POST
@in_organization
def remove(request: HttpRequest, member: Member, domain_id: int) -> HttpResponse:
    """Have a domain's people need an invitation again."""
    require(member, "domain.change")
    domain = access.domain(member, domain_id)
    remove_domain(caller_of(request, member), domain)
    messages.success(request, _("An address at %(name)s no longer lets anyone join.") % {"name": domain.name})
    return redirect("accounts:invitations", member.organization.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@answering
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Joining an organization by an address at one of its domains."""
    assert isinstance(request.user, User)  # noqa: S101 - signed in
    organization = organizations_open_to(request.user).filter(slug=slug).first()
    if organization is None:
        raise NotThere

    def join_it(caller: Caller, name: str) -> Member:
        return join_by_domain(caller, organization, name=name)

    return way_in(request, organization, join_it, by_domain=True)

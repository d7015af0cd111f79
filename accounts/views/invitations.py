"""All ways into an organization, for its admins: invitations, the join link, domains."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access, queries
from accounts.actions import change_join_link, invite_member, revoke_invitation
from accounts.forms import DomainForm, InvitationForm
from accounts.models import Member
from accounts.permissions import require
from accounts.web import answer_status, attempt, caller_of, in_organization, render_in_shell

A_PAGE = 50  # invitations


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def invitations(request: HttpRequest, member: Member) -> HttpResponse:
    """Everyone who has been invited, a form to invite one more, and the join link."""
    require(member, "invitation.create")
    form = InvitationForm(request.POST if request.method == "POST" else None, giver=member)
    invite = partial(invite_member, caller_of(request, member), base_url=_base_url(request))
    if sent := attempt(form, invite):
        messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": sent.email})
        return redirect("accounts:invitations", member.organization.slug)
    return show_invitations(request, member, form=form, status=answer_status(form))


@require_POST
@in_organization
def revoke(request: HttpRequest, member: Member, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    require(member, "invitation.revoke")
    invitation = access.invitation(member, invitation_id)
    revoke_invitation(caller_of(request, member), invitation)
    messages.success(request, _("The invitation to %(email)s no longer works.") % {"email": invitation.email})
    return redirect("accounts:invitations", member.organization.slug)


@require_POST
@in_organization
def join_link(request: HttpRequest, member: Member) -> HttpResponse:
    """Switch the join link on or off; `on` while it is on makes a new one."""
    on = request.POST.get("on") == "1"
    change_join_link(caller_of(request, member), on=on)
    messages.success(
        request,
        _("The join link is new. An earlier one no longer works.") if on else _("The join link is off."),
    )
    return redirect("accounts:invitations", member.organization.slug)


def show_invitations(
    request: HttpRequest,
    member: Member,
    *,
    form: InvitationForm | None = None,
    domain_form: DomainForm | None = None,
    status: int,
) -> HttpResponse:
    """The page of all ways in, with the form that won't do."""
    context = {
        "form": form or InvitationForm(giver=member),
        "domain_form": domain_form or DomainForm(),
        "domains": member.organization.domains.all(),
        "invitations": Paginator(queries.invitations(member), A_PAGE).get_page(request.GET.get("page")),
        "base_url": _base_url(request),
    }
    return render_in_shell(request, member, "accounts/invitations.html", context, status=status)


def _base_url(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")

"""Making an organization, and its settings."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import create_organization, require_two_factor, update_organization
from accounts.errors import Invalid, Refused
from accounts.forms import NewOrganizationForm, OrganizationForm
from accounts.models import Member, User
from accounts.permissions import may, require
from accounts.views.landing import may_create_organizations
from accounts.web import answer_status, answering, attempt, caller_of, in_organization, render_in_shell


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@answering
def create(request: HttpRequest) -> HttpResponse:
    """A new organization, whose owner the user becomes."""
    assert isinstance(request.user, User)  # noqa: S101 - signed in
    if not may_create_organizations(request.user):
        raise Refused(_("On this server only its operators make organizations."))
    form = NewOrganizationForm(request.POST if request.method == "POST" else None)
    caller = caller_of(request)
    owner = attempt(
        form,
        lambda name, slug, display_name: create_organization(
            caller, name=name, slug=slug, owner_name=display_name
        ),
    )
    if owner:
        messages.success(request, _("%(name)s is ready.") % {"name": owner.organization.name})
        return redirect("chat:first_steps", owner.organization.slug)
    return render(request, "accounts/create_organization.html", {"form": form}, status=answer_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def settings(request: HttpRequest, member: Member) -> HttpResponse:
    """The organization's name, whether it requires two-factor, and the way to its other settings."""
    require(member, "organization.update")
    organization = member.organization
    sent = request.POST if request.method == "POST" else None
    form = OrganizationForm(sent, initial={"name": organization.name})
    if attempt(form, partial(update_organization, caller_of(request, member), organization)):
        messages.success(request, _("Saved."))
        return redirect("accounts:organization", organization.slug)
    context = {"form": form, "may_require": may(member, "organization.require_two_factor")}
    return render_in_shell(request, member, "accounts/organization.html", context, status=answer_status(form))


@require_POST
@in_organization
def two_factor(request: HttpRequest, member: Member) -> HttpResponse:
    """Require two-factor authentication of everyone who enters, or no longer."""
    try:
        organization = require_two_factor(caller_of(request, member), required="required" in request.POST)
    except Invalid as error:
        messages.error(request, str(error.message))
    else:
        on = organization.requires_two_factor
        messages.success(
            request, _("Two-factor authentication is required now.") if on else _("It is no longer required.")
        )
    return redirect("accounts:organization", member.organization.slug)

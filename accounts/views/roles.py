"""What admins do about people: another role, shutting out, letting in again."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access, actions
from accounts.forms import RoleForm
from accounts.models import Member
from accounts.permissions import require, standing_to
from accounts.views.people import show_person
from accounts.web import attempt, caller_of, in_organization, render_in_shell


@require_POST
@in_organization
def change_role(request: HttpRequest, member: Member, person_id: int) -> HttpResponse:
    """Give a person another role."""
    person = access.colleague(member, person_id)
    form = RoleForm(request.POST, giver=member)
    changed = attempt(form, partial(actions.change_role, caller_of(request, member), person))
    if changed is None:
        return show_person(request, member, person, form=form, status=422)
    messages.success(
        request,
        _("The role of %(name)s is now “%(role)s”.")
        % {"name": changed.display_name, "role": changed.get_role_display()},
    )
    return redirect("accounts:person", member.organization.slug, person.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def deactivate(request: HttpRequest, member: Member, person_id: int) -> HttpResponse:
    """Ask, then shut a person out."""
    person = access.colleague(member, person_id)
    if request.method == "POST":
        actions.deactivate_member(caller_of(request, member), person)
        messages.success(request, _("%(name)s is deactivated.") % {"name": person.display_name})
        return redirect("accounts:person", member.organization.slug, person.pk)
    require(member, "member.deactivate", standing_to(member, person))
    return render_in_shell(request, member, "accounts/deactivate.html", {"person": person})


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def reactivate(request: HttpRequest, member: Member, person_id: int) -> HttpResponse:
    """Ask, then let a person in again."""
    person = access.colleague(member, person_id)
    if request.method == "POST":
        actions.reactivate_member(caller_of(request, member), person)
        messages.success(request, _("%(name)s is active again.") % {"name": person.display_name})
        return redirect("accounts:person", member.organization.slug, person.pk)
    require(member, "member.reactivate", standing_to(member, person))
    return render_in_shell(request, member, "accounts/reactivate.html", {"person": person})

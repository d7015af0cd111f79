"""One's own profile in an organization, and leaving it."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions import leave_organization, update_profile
from accounts.forms import ProfileForm
from accounts.models import Member
from accounts.web import LAST, answer_status, attempt, caller_of, in_organization, render_in_shell


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def profile(request: HttpRequest, member: Member) -> HttpResponse:
    """Name, title and time zone, as this organization sees them."""
    initial = {"display_name": member.display_name, "title": member.title, "timezone": member.timezone}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial)
    if attempt(form, partial(update_profile, caller_of(request, member), member)):
        messages.success(request, _("Saved."))
        return redirect("accounts:profile", member.organization.slug)
    return render_in_shell(
        request, member, "accounts/profile.html", {"form": form}, status=answer_status(form)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def leave(request: HttpRequest, member: Member) -> HttpResponse:
    """Ask, then leave the organization."""
    if request.method == "POST":
        leave_organization(caller_of(request, member))
        request.session.pop(LAST, None)
        messages.success(request, _("You have left %(name)s.") % {"name": member.organization.name})
        return redirect("landing")
    return render_in_shell(request, member, "accounts/leave.html")

"""One's own profile in an organization, the picture in it, and leaving."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import leave_organization, set_picture, update_profile
from accounts.forms import PictureForm, ProfileForm
from accounts.models import Member
from accounts.web import LAST, answer_status, attempt, caller_of, in_organization, render_in_shell


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def profile(request: HttpRequest, member: Member) -> HttpResponse:
    """Name, title and time zone, as this organization sees them."""
    form = _form(member, request.POST if request.method == "POST" else None)
    if attempt(form, partial(update_profile, caller_of(request, member), member)):
        messages.success(request, _("Saved."))
        return redirect("accounts:profile", member.organization.slug)
    return _page(request, member, form=form, status=answer_status(form))


@require_POST
@in_organization
def picture(request: HttpRequest, member: Member) -> HttpResponse:
    """Take the picture that is sent for one's own."""
    form = PictureForm(request.POST, request.FILES)
    caller = caller_of(request, member)
    if attempt(form, lambda picture: set_picture(caller, member, picture=picture.read())):
        messages.success(request, _("Your picture is changed."))
        return redirect("accounts:profile", member.organization.slug)
    member.refresh_from_db(fields=["picture"])
    return _page(request, member, picture_form=form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def leave(request: HttpRequest, member: Member) -> HttpResponse:
    """Ask, then leave the organization."""
    if request.method == "POST":
        leave_organization(caller_of(request, member))
        request.session.pop(LAST, None)
        messages.success(request, _("You have left %(name)s.") % {"name": member.organization.name})
        return redirect("landing")
    context = {"only_owner": member.is_only_owner()}
    return render_in_shell(request, member, "accounts/leave.html", context)


def _form(member: Member, sent: QueryDict | None = None) -> ProfileForm:
    initial = {"display_name": member.display_name, "title": member.title, "timezone": member.timezone}
    return ProfileForm(sent, initial=initial)


def _page(
    request: HttpRequest,
    member: Member,
    *,
    form: ProfileForm | None = None,
    picture_form: PictureForm | None = None,
    status: int,
) -> HttpResponse:
    context = {"form": form or _form(member), "picture_form": picture_form or PictureForm()}
    return render_in_shell(request, member, "accounts/profile.html", context, status=status)

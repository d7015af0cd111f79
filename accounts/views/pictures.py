"""Members' pictures: shown to whoever may see the member, given and taken away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from accounts.actions import remove_picture
from accounts.errors import NotThere
from accounts.models import Member, User
from accounts.web import answering, caller_of, in_organization

A_YEAR = 365 * 24 * 60 * 60  # seconds


@require_safe
@answering
def picture(request: HttpRequest, person_id: int, digest: str) -> HttpResponse:
    """A member's picture. Its address changes with it, so that browsers may keep it."""
    if not isinstance(request.user, User):
        raise NotThere
    found = access.picture(request.user, person_id, digest)
    headers = {"Cache-Control": f"private, max-age={A_YEAR}, immutable"}
    return HttpResponse(bytes(found.content), content_type="image/webp", headers=headers)


@require_POST
@in_organization
def remove(request: HttpRequest, member: Member, person_id: int) -> HttpResponse:
    """Take a picture away: one's own, or as an admin that of someone below."""
    person = access.colleague(member, person_id)
    remove_picture(caller_of(request, member), person)
    messages.success(request, _("The picture is removed."))
    if person.pk == member.pk:
        return redirect("accounts:profile", member.organization.slug)
    return redirect("accounts:person", member.organization.slug, person.pk)

"""The people of an organization: the list, and each person's page."""

from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts import access, queries
from accounts.forms import RoleForm
from accounts.models import Kind, Member
from accounts.permissions import OUTRANKS, SELF, may, standing_to
from accounts.web import in_organization, render_in_shell

A_PAGE = 100  # people


@require_safe
@in_organization
def people(request: HttpRequest, member: Member) -> HttpResponse:
    """Everyone whom the member may see, searched and by state."""
    search = request.GET.get("q", "")
    deactivated = request.GET.get("state") == "deactivated"
    found = queries.people(member, search=search, deactivated=deactivated)
    context = {
        "people": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "search": search,
        "deactivated": deactivated,
        "may_invite": may(member, "invitation.create"),
    }
    return render_in_shell(request, member, "accounts/people.html", context)


@require_safe
@in_organization
def person(request: HttpRequest, member: Member, person_id: int) -> HttpResponse:
    """One person, and what the member may do about them."""
    return show_person(request, member, access.colleague(member, person_id))


def show_person(
    request: HttpRequest, member: Member, person: Member, *, form: RoleForm | None = None, status: int = 200
) -> HttpResponse:
    """The person's page, with `form` where a change of role went wrong."""
    standing = standing_to(member, person)
    itself = SELF in standing
    may_change = may(member, "member.change_role", standing | {OUTRANKS} if itself else standing)
    context = {
        "person": person,
        "itself": itself,
        "email": person.user.email if person.user and (itself or may(member, "invitation.create")) else "",
        "their_time": now().astimezone(ZoneInfo(person.timezone)) if person.kind == Kind.PERSON else None,
        "only_owner": may_change and person.is_only_owner(),
        "role_form": (form or RoleForm(giver=member, initial={"role": person.role})) if may_change else None,
        "may_remove_picture": bool(person.picture) and may(member, "member.remove_picture", standing),
        "may_deactivate": person.is_active and may(member, "member.deactivate", standing),
        "may_reactivate": not person.is_active and may(member, "member.reactivate", standing),
    }
    return render_in_shell(request, member, "accounts/person.html", context, status=status)

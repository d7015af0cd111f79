"""The first page, and the list of organizations that one belongs to."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Organization, User
from accounts.pending import pending_url
from accounts.queries import invitations_to, organizations_of, organizations_open_to
from accounts.web import LAST


@require_safe
@never_cache
def landing(request: HttpRequest) -> HttpResponse:
    """Straight into the organization one was in last, or where one can go from here."""
    user = request.user
    if not user.is_authenticated:
        if not User.objects.exists():
            return redirect("setup")
        return render(request, "accounts/landing.html", {"anyone_creates": may_create_organizations(None)})
    if url := pending_url(request):
        return redirect(url)
    organizations = list(organizations_of(user))
    last = [organization for organization in organizations if organization.pk == request.session.get(LAST)]
    if last or len(organizations) == 1:
        return redirect("chat:home", (last or organizations)[0].slug)
    if not organizations and (only := _only_open(user)):
        return redirect("accounts:join_by_domain", only.slug)
    return redirect("accounts:organizations")


@require_safe
@never_cache
@login_required
def organizations(request: HttpRequest) -> HttpResponse:
    """Every organization of the user's, the invitations that wait for them, and a way to make a new one."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - signed in
    context = {
        "organizations": organizations_of(user),
        "invitations": invitations_to(user),
        "open_organizations": organizations_open_to(user),
        "may_create": may_create_organizations(user),
    }
    return render(request, "accounts/organizations.html", context)


def _only_open(user: User) -> Organization | None:
    """The one place where the user can go, if it's just one."""
    found = list(organizations_open_to(user)[:2])
    return found[0] if len(found) == 1 and not invitations_to(user).exists() else None


def may_create_organizations(user: User | None) -> bool:
    return settings.ORGANIZATION_CREATION == "anyone" or (user is not None and user.is_superuser)

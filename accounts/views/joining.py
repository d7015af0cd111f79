"""Coming in by an invitation or by the join link: sign in or up first, then choose a name."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import access, pending
from accounts.actions import accept_invitation, join_by_link
from accounts.caller import Caller
from accounts.errors import NotThere
from accounts.forms import DisplayNameForm
from accounts.models import Invitation, Member, Organization, User
from accounts.queries import membership, name_elsewhere
from accounts.web import answer_status, answering, attempt, caller_of

Join = Callable[[Caller, str], Member]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@answering
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation: who invites whom where, and accepting it."""
    try:
        found = access.open_invitation(token)
    except NotThere:
        return _closed(request)
    if not request.user.is_authenticated:
        pending.remember_invitation(request, token)

    def accept(caller: Caller, name: str) -> Member:
        return accept_invitation(caller, found, name=name)

    return way_in(request, found.organization, accept, invitation=found)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@answering
def join(request: HttpRequest, slug: str, secret: str) -> HttpResponse:
    """The join link of an organization."""
    try:
        organization = access.open_organization(slug, secret)
    except NotThere:
        return _closed(request)
    if not request.user.is_authenticated:
        pending.remember_link(request, slug, secret)

    def join_it(caller: Caller, name: str) -> Member:
        return join_by_link(caller, organization, secret=secret, name=name)

    return way_in(request, organization, join_it)


def way_in(
    request: HttpRequest,
    organization: Organization,
    come_in: Join,
    *,
    invitation: Invitation | None = None,
    by_domain: bool = False,
) -> HttpResponse:
    """Signing in or up, then choosing a name, then in."""
    context = {"organization": organization, "invitation": invitation, "by_domain": by_domain}
    if not isinstance(request.user, User):
        if request.method == "POST":
            return redirect(request.path)
        return render(request, "accounts/come_in.html", context | _entrances(request, invitation))
    known = membership(request.user, organization)
    if known is not None and known.is_active:
        pending.forget(request)
        return redirect("chat:home", organization.slug)
    name = known.display_name if known else name_elsewhere(request.user)
    form = DisplayNameForm(request.POST if request.method == "POST" else None, initial={"display_name": name})
    caller = caller_of(request)
    if attempt(form, lambda display_name: come_in(caller, display_name)):
        pending.forget(request)
        messages.success(request, _("Welcome to %(name)s.") % {"name": organization.name})
        return redirect("chat:home", organization.slug)
    return render(request, "accounts/come_in.html", context | {"form": form}, status=answer_status(form))


def _entrances(request: HttpRequest, invitation: Invitation | None) -> dict[str, str]:
    """Where to sign in and up, to come back here afterwards."""
    back = {"next": request.path}
    address = {"email": invitation.email} if invitation else {}
    return {
        "sign_in_url": f"{resolve_url('account_login')}?{urlencode(back)}",
        "sign_up_url": f"{resolve_url('account_signup')}?{urlencode(back | address)}",
    }


def _closed(request: HttpRequest) -> HttpResponse:
    """The same for a link that is forged, used, taken back, reset or too old."""
    return render(request, "accounts/closed.html", status=404)

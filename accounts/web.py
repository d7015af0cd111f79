"""What every page needs: the caller that a request is, the member who asks, the shell around the content.

`in_organization` is the one way into an organization's pages; `answering` is the part of it for all others.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import urlencode

import structlog
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url

from accounts import hooks
from accounts.actions import enter_organization
from accounts.actions.sessions import touch_session
from accounts.caller import Caller
from accounts.devices import browser_of
from accounts.errors import Invalid, NotThere, Refused, SecondFactorMissing
from accounts.models import Member, User
from accounts.sessions.asking import member_asking
from accounts.sessions.stamps import touch_due

P = ParamSpec("P")
T = TypeVar("T")

# In a session: the organizations it has entered, and the one it was in last.
ENTERED, LAST = "entered", "organization"


def caller_of(request: HttpRequest, member: Member | None = None, *, via: str = "page") -> Caller:
    """The caller that a request is: the member, or the user who has signed in, or nobody."""
    user = member.user if member else getattr(request, "user", None)
    known = cast("User | None", user if user is not None and user.is_authenticated else None)
    agent = request.headers.get("User-Agent", "")
    return Caller(
        member=member,
        user=known,
        label=member.display_name if member else known.email if known else "",
        via=via,
        client=browser_of(agent),
        ip=get_adapter().get_client_ip(request),
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
    )


def in_organization(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Have `view(request, member, **kwargs)` serve a URL under /o/<slug>/ for that organization's members.

    Whatever isn't there for the member is one and the same 404; what they may not do is a 403 that says so.
    """

    @wraps(view)
    @answering
    def inside(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponseBase:
        try:
            member = member_asking(request, slug)
        except SecondFactorMissing:
            return to_set_up(request, slug)
        if member is None:
            return to_sign_in(request)
        request.member = member  # type: ignore[attr-defined]
        _note_visit(request, member)
        if not is_fragment(request):
            for begin in hooks.page_begins:
                begin(member, request)
        response = view(request, member, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return inside


def answering(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Have a view's `NotThere` answered by the 404 page and its `Refused` by the 403 page."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotThere:
            raise Http404 from None
        except Refused as refusal:
            return render(request, "403.html", {"message": refusal.message}, status=403)

    return answered


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Off to sign in, and back again. A fragment's request can't follow: its page is told to go instead."""
    htmx = request.headers.get("HX-Request") == "true"
    back: str | None = request.get_full_path()
    if request.method not in {"GET", "HEAD"} or (htmx and request.headers.get("HX-Boosted") != "true"):
        back = request.htmx.current_url_abs_path if htmx else None  # type: ignore[attr-defined]
    address = resolve_url(settings.LOGIN_URL) + (f"?{urlencode({'next': back})}" if back else "")
    if htmx:
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return redirect(address)


def to_set_up(request: HttpRequest, slug: str) -> HttpResponse:
    """Off to set up a second factor, without which the organization lets nobody in."""
    address = f"{resolve_url('mfa_index')}?{urlencode({'for': slug})}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=403, headers={"HX-Redirect": address})
    return redirect(address)


def render_in_shell(
    request: HttpRequest,
    member: Member,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """A page of the organization, with the shell that the layers above have furnished."""
    whole: dict[str, Any] = {"member": member, "organization": member.organization}
    for furnish in hooks.shell_context:
        whole |= furnish(member, request)
    return render(request, template, whole | (context or {}), status=status)


def is_fragment(request: HttpRequest) -> bool:
    """Whether a script asks for a part of a page; a boosted link asks for a whole one."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def attempt(form: BaseForm, act: Callable[..., T]) -> T | None:
    """What `act(**values)` returns for the form's values; None when they won't do, as the form then says."""
    if not form.is_valid():
        return None
    try:
        return act(**form.cleaned_data)
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.message))
        return None


def answer_status(form: BaseForm) -> int:
    """422 for a page that shows a form again for what is wrong in it, 200 otherwise."""
    return 422 if form.is_bound else 200


def _note_visit(request: HttpRequest, member: Member) -> None:
    session, organization = request.session, member.organization_id
    if touch_due(session.session_key or ""):
        caller = caller_of(request, member)
        touch_session(session, ip=caller.ip, agent=request.headers.get("User-Agent", ""))
    entered = session.get(ENTERED, [])
    if organization not in entered:
        enter_organization(caller_of(request, member))
        session[ENTERED] = [*entered, organization]
    # Two tabs in two organizations shouldn't write the session with every fragment they fetch.
    if request.method == "GET" and "HX-Request" not in request.headers and session.get(LAST) != organization:
        session[LAST] = organization

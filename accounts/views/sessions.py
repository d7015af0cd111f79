"""Where one is signed in, and signing out there."""

from allauth.account.internal.flows.logout import logout
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.actions.sessions import NO_ADDRESS, end_session, end_sessions
from accounts.devices import device_of
from accounts.models import User
from accounts.queries import sessions_of
from accounts.web import answering, caller_of


@require_safe
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """Each session with its device, address and times; this one first."""
    key = request.session.session_key
    shown = [
        {
            "id": session.pk,
            "device": device_of(session.user_agent),
            "address": "" if session.ip == NO_ADDRESS else session.ip,
            "began": session.created_at,
            "seen": session.last_seen_at,
            "here": session.session_key == key,
        }
        for session in sessions_of(_user(request))
    ]
    shown.sort(key=lambda session: not session["here"])
    others = sum(not session["here"] for session in shown)
    return render(request, "usersessions/usersession_list.html", {"sessions": shown, "others": others})


@require_POST
@login_required
@answering
def end(request: HttpRequest, device_id: int) -> HttpResponse:
    """Sign out of one session."""
    end_session(caller_of(request), _user(request), device_id)
    messages.success(request, _("Signed out there."))
    return redirect("usersessions_list")


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    ended = end_sessions(caller_of(request), _user(request), but=request.session.session_key)
    said = ngettext("Signed out of one other session.", "Signed out of %(count)d other sessions.", ended)
    messages.success(request, said % {"count": ended})
    return redirect("usersessions_list")


@require_POST
@login_required
def end_all(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, here too."""
    end_sessions(caller_of(request), _user(request), but=request.session.session_key)
    logout(request, show_message=False)
    messages.success(request, _("You are signed out everywhere."))
    return redirect("account_login")


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - signed in
    return request.user

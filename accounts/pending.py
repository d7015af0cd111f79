"""What a visitor who hasn't signed in came for: an invitation or a join link, kept in their session."""

from django.http import HttpRequest
from django.urls import reverse

from accounts import access
from accounts.errors import NotThere
from accounts.models import Invitation

INVITATION, LINK = "invitation", "join_link"


def remember_invitation(request: HttpRequest, token: str) -> None:
    """Keep the invitation for after the sign-in."""
    request.session[INVITATION] = token


def remember_link(request: HttpRequest, slug: str, secret: str) -> None:
    """Keep the join link for after the sign-in."""
    request.session[LINK] = [slug, secret]


def forget(request: HttpRequest) -> None:
    """The visitor has come in."""
    for key in (INVITATION, LINK):
        request.session.pop(key, None)


def pending_url(request: HttpRequest) -> str | None:
    """Where what they came for goes on, while it's still open."""
    token, link = request.session.get(INVITATION), request.session.get(LINK)
    try:
        if token:
            access.open_invitation(token)
            return reverse("accounts:invitation", args=[token])
        if link:
            access.open_organization(*link)
            return reverse("accounts:join", args=link)
    except NotThere:
        return None
    return None


def mailed_invitation(request: HttpRequest) -> Invitation | None:
    """The open invitation whose link the visitor brought out of its mail."""
    token = request.session.get(INVITATION, "")
    if not token or Invitation.id_of_mailed(token) is None:
        return None
    try:
        return access.open_invitation(token)
    except NotThere:
        return None

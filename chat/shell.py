"""What chat furnishes the page's shell and accounts' pages with."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Member
from audit.queries import head_position
from chat.models import Membership
from chat.queries import sidebar


def note_position(member: Member, request: HttpRequest) -> None:
    """Where the page's stream will begin. It's read before the content, so that what happens in between is told."""
    request.position = head_position(member.organization_id)  # type: ignore[attr-defined]


def furnish(member: Member, request: HttpRequest) -> dict[str, Any]:
    """The sidebar, with the channel that the page shows marked, and the log's position that the page reflects."""
    active = getattr(request, "active_channel", None)
    return {"position": getattr(request, "position", 0), "sidebar": sidebar(member, active=active)}


def known_to(guest: Member) -> QuerySet[Any, Any]:
    """The ids of those whom a guest shares a channel with."""
    mine = Membership.objects.filter(member=guest.pk).values("channel")
    return Membership.objects.filter(channel__in=mine).values("member")

"""What chat furnishes the page's shell and accounts' pages with."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Member
from audit.queries import head_position
from chat.models import Membership
from chat.queries import sidebar


def furnish(member: Member, request: HttpRequest) -> dict[str, Any]:
    """The sidebar, with the channel that the page shows marked, and the log's position that it reflects at least."""
    position = getattr(request, "position", None) or head_position(member.organization_id)
    return {"position": position, "sidebar": sidebar(member, active=getattr(request, "active_channel", None))}


def known_to(guest: Member) -> QuerySet[Any, Any]:
    """The ids of those whom a guest shares a channel with."""
    mine = Membership.objects.filter(member=guest.pk).values("channel")
    return Membership.objects.filter(channel__in=mine).values("member")

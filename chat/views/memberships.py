"""Who is in a channel: the list, adding, removing, joining, leaving."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import colleague, colleagues
from accounts.models import Member
from accounts.permissions import may, require
from accounts.web import answer_status, attempt, caller_of, in_organization, render_in_shell
from chat import access, queries
from chat.actions import add_members, join_channel, leave_channel, remove_member
from chat.views.choosing import choosing


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def members(request: HttpRequest, member: Member, channel_id: int) -> HttpResponse:
    """The members of a channel; those who may add others do it here."""
    channel = access.channel(member, channel_id)
    standing = access.standing_in(member, channel)
    can_add = may(member, "channel.add_member", standing) and not channel.is_archived
    if request.method == "POST":
        require(member, "channel.add_member", standing)
    search = request.GET.get("q", "").strip()
    inside = list(queries.members_of(channel))
    outside = colleagues(member).active().exclude(pk__in=[person.pk for person in inside])
    form, offered = choosing(request, outside if can_add else outside.none())

    def act(people: list[int]) -> int:
        chosen = [person for person in offered if person.pk in people]
        return len(add_members(caller_of(request, member), channel, chosen))

    if (count := attempt(form, act)) is not None:
        messages.success(request, _("Added to the channel: %(count)d.") % {"count": count})
        return redirect("chat:channel_members", member.organization.slug, channel.pk)
    context = {
        "channel": channel,
        "inside": inside,
        "people_count": sum(person.is_active for person in inside),
        "form": form,
        "people": offered,
        "search": search,
        "can_add": can_add,
        "can_remove": may(member, "channel.remove_member", standing),
        "can_leave": may(member, "channel.leave", standing),
    }
    request.active_channel = channel.pk  # type: ignore[attr-defined]
    return render_in_shell(request, member, "chat/channel_members.html", context, status=answer_status(form))


@require_POST
@in_organization
def remove(request: HttpRequest, member: Member, channel_id: int, member_id: int) -> HttpResponse:
    """Take someone out of a channel."""
    channel = access.channel(member, channel_id)
    person = colleague(member, member_id)
    remove_member(caller_of(request, member), channel, person)
    messages.success(request, _("%(name)s was removed from the channel.") % {"name": person.display_name})
    return redirect("chat:channel_members", member.organization.slug, channel.pk)


@require_POST
@in_organization
def join(request: HttpRequest, member: Member, channel_id: int) -> HttpResponse:
    """Come into a public channel."""
    channel = access.channel(member, channel_id)
    join_channel(caller_of(request, member), channel)
    return redirect("chat:channel", member.organization.slug, channel.pk)


@require_POST
@in_organization
def leave(request: HttpRequest, member: Member, channel_id: int) -> HttpResponse:
    """Leave a channel."""
    channel = access.channel(member, channel_id)
    leave_channel(caller_of(request, member), channel)
    messages.success(request, _("You left #%(name)s.") % {"name": channel.name})
    return redirect("chat:home", member.organization.slug)

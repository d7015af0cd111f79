"""What one wants to be told of while one looks elsewhere: notifications, levels, a pause, closed conversations."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import Invalid, Refused
from accounts.models import Member
from accounts.web import caller_of, in_organization, is_fragment, render_in_shell
from chat import access, queries
from chat.actions import close_direct, pause_notifications, set_level
from chat.models import Channel


@require_safe
@in_organization
def settings(request: HttpRequest, member: Member) -> HttpResponse:
    """Notifications of this browser, and a pause of all of one's own."""
    return render_in_shell(request, member, "chat/notifications.html")


@require_POST
@in_organization
def pause(request: HttpRequest, member: Member) -> HttpResponse:
    """No notifications for an hour or until tomorrow; or again from now on."""
    try:
        ends = pause_notifications(caller_of(request, member), until=request.POST.get("until", ""))
    except Invalid as error:
        raise Refused(error.message) from None
    messages.success(request, _("Your notifications are paused.") if ends else _("You are notified again."))
    return redirect("chat:notifications", member.organization.slug)


@require_POST
@in_organization
def level(request: HttpRequest, member: Member, channel_id: int) -> HttpResponse:
    """What of a channel one is told of."""
    channel = access.channel(member, channel_id)
    try:
        set_level(caller_of(request, member), channel, level=request.POST.get("level", ""))
    except Invalid as error:
        raise Refused(error.message) from None
    return _done(request, reverse("chat:channel", args=[member.organization.slug, channel_id]))


@require_POST
@in_organization
def close(request: HttpRequest, member: Member, channel_id: int) -> HttpResponse:
    """Take a direct message out of one's sidebar."""
    close_direct(caller_of(request, member), access.channel(member, channel_id))
    return _done(request, reverse("chat:home", args=[member.organization.slug]) + "?list")


@require_safe
@in_organization
def notice(_request: HttpRequest, member: Member, message_id: int) -> HttpResponse:
    """What a notification of a message says; 204 when there's nothing to tell."""
    found = queries.notice(member, message_id)
    if found is None:
        return HttpResponse(status=204)
    message = found.message
    title, address = (
        _title(message.author, message.channel),
        [member.organization.slug, message.channel_id, message.pk],
    )
    return JsonResponse(
        {
            "title": title,
            "body": found.text,
            "url": reverse("chat:message", args=address),
            "icon": message.author.picture_url,
            "channel": str(message.channel_id),
        }
    )


def _title(author: Member, channel: Channel) -> str:
    if channel.is_direct:
        return author.display_name
    return _("%(name)s in #%(channel)s") % {"name": author.display_name, "channel": channel.name}


def _done(request: HttpRequest, address: str) -> HttpResponse:
    """A script has its page's parts fetched anew by a signal; a plain form goes on to a page."""
    return HttpResponse(status=204) if is_fragment(request) else redirect(address)

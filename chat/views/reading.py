"""How far one has read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Member
from accounts.web import caller_of, in_organization, is_fragment
from chat import access
from chat.actions import mark_all_read, mark_read, mark_unread, take_back
from chat.ids import id_of


@require_POST
@in_organization
def read(request: HttpRequest, member: Member, channel_id: int) -> HttpResponse:
    """Read up to `message`; a script needs no content, a plain form goes back to the channel."""
    channel = access.channel(member, channel_id)
    message_id = id_of(request.POST.get("message"))
    if message_id is None:
        return HttpResponse(
            "Give the id of the newest message that was read.", status=422, content_type="text/plain"
        )
    mark_read(caller_of(request, member), channel, message_id=message_id)
    if is_fragment(request):
        return HttpResponse(status=204)
    return redirect("chat:channel", member.organization.slug, channel_id)


@require_POST
@in_organization
def unread(request: HttpRequest, member: Member, message_id: int) -> HttpResponse:
    """Unread from this message on."""
    message = access.message(member, message_id)
    mark_unread(caller_of(request, member), message)
    if is_fragment(request):
        return HttpResponse(status=204)
    return redirect("chat:channel", member.organization.slug, message.channel_id)


@require_POST
@in_organization
def read_all(request: HttpRequest, member: Member) -> HttpResponse:
    """Everything is read; a script is told the positions from before, with which it can be undone."""
    before = mark_all_read(caller_of(request, member))
    if is_fragment(request):
        return JsonResponse(before)
    messages.success(request, _("Everything is marked as read."))
    return redirect("chat:home", member.organization.slug)


@require_POST
@in_organization
def undo_read_all(request: HttpRequest, member: Member) -> HttpResponse:
    """The positions of channels, each given as `<channel>=<position>`, are what they were."""
    given = {id_of(name): id_of(request.POST[name]) for name in request.POST}
    positions = {name: value for name, value in given.items() if name is not None and value is not None}
    take_back(caller_of(request, member), positions)
    return HttpResponse(status=204)

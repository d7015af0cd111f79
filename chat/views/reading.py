"""How far one has read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.models import Member
from accounts.web import caller_of, in_organization
from chat import access
from chat.actions import mark_read
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
    if request.headers.get("Accept", "").startswith("text/html"):
        return redirect("chat:channel", member.organization.slug, channel_id)
    return HttpResponse(status=204)

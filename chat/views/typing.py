"""That one is typing."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.models import Member
from accounts.web import caller_of, in_organization
from chat import access
from chat.actions import note_typing
from chat.ids import id_of


@require_POST
@in_organization
def note(request: HttpRequest, member: Member, channel_id: int) -> HttpResponse:
    """Tell those who look at the channel, or at ?thread, for some seconds; nothing is written."""
    channel = access.channel(member, channel_id)
    given = request.POST.get("thread")
    root = access.thread(member, id_of(given) or 0) if given else None
    note_typing(caller_of(request, member), channel, thread=root)
    return HttpResponse(status=204)

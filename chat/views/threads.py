"""The threads one follows: their list, following, and how far one has read in one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Member
from accounts.web import caller_of, in_organization, is_fragment, render_in_shell
from chat import access, queries
from chat.actions import follow_thread, read_thread
from chat.ids import id_of


@require_safe
@in_organization
def threads_page(request: HttpRequest, member: Member) -> HttpResponse:
    """Followed threads, newest reply first; ?before= goes on."""
    page = queries.followed_threads(member, before=id_of(request.GET.get("before")))
    return render_in_shell(request, member, "chat/threads.html", {"page": page})


@require_POST
@in_organization
def follow(request: HttpRequest, member: Member, message_id: int) -> HttpResponse:
    """Follow a thread, or stop."""
    root = access.thread(member, message_id)
    follow_thread(caller_of(request, member), root, following=request.POST.get("following") == "1")
    return _back(request, member, message_id)


@require_POST
@in_organization
def read(request: HttpRequest, member: Member, message_id: int) -> HttpResponse:
    """Read a thread up to `message`."""
    root = access.thread(member, message_id)
    newest = id_of(request.POST.get("message"))
    if newest is None:
        return HttpResponse(
            "Give the id of the newest message that was read.", status=422, content_type="text/plain"
        )
    read_thread(caller_of(request, member), root, message_id=newest)
    return _back(request, member, message_id)


def _back(request: HttpRequest, member: Member, root_id: int) -> HttpResponse:
    if is_fragment(request):
        return HttpResponse(status=204)
    return redirect("chat:thread", member.organization.slug, root_id)

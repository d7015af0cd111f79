"""Writing to someone directly."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.models import Member
from accounts.web import answer_status, attempt, caller_of, in_organization, render_in_shell
from chat import access
from chat.actions import open_direct
from chat.views.choosing import choosing


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def new(request: HttpRequest, member: Member) -> HttpResponse:
    """Choose one to eight people, and open the direct channel with them."""
    search = request.GET.get("q", "").strip()
    form, offered = choosing(request, access.people(member).active().exclude(pk=member.pk))

    def act(people: list[int]) -> int:
        chosen = [person for person in offered if person.pk in people]
        return open_direct(caller_of(request, member), chosen).pk

    if (channel_id := attempt(form, act)) is not None:
        return redirect("chat:channel", member.organization.slug, channel_id)
    context = {"form": form, "people": offered, "search": search}
    return render_in_shell(request, member, "chat/direct.html", context, status=answer_status(form))

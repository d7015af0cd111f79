"""Writing to someone directly."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import colleagues
from accounts.models import Member
from accounts.web import answer_status, attempt, caller_of, in_organization, is_fragment, render_in_shell
from chat import queries
from chat.actions import open_direct
from chat.ids import id_of
from chat.views.choosing import choosing


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def new(request: HttpRequest, member: Member) -> HttpResponse:
    """Choose one to eight people, and open the direct channel with them; a script is told where it is.

    With ?person= the channel with that one person is shown, if there is one, and otherwise they're chosen already.
    """
    search = request.GET.get("q", "").strip()
    person = id_of(request.GET.get("person"))
    if person is not None and (there := queries.direct_with(member, person)) is not None:
        return redirect("chat:channel", member.organization.slug, there)
    form, offered = choosing(request, colleagues(member).active().exclude(pk=member.pk), chosen=person)

    def act(people: list[int]) -> int:
        chosen = [person for person in offered if person.pk in people]
        return open_direct(caller_of(request, member), chosen).pk

    if (channel_id := attempt(form, act)) is not None:
        if is_fragment(request):
            address = reverse("chat:channel", args=[member.organization.slug, channel_id])
            return HttpResponse(status=201, headers={"Location": address})
        return redirect("chat:channel", member.organization.slug, channel_id)
    context = {"form": form, "people": offered, "search": search}
    return render_in_shell(request, member, "chat/direct.html", context, status=answer_status(form))

"""Writing to someone directly."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.models import Member
from accounts.web import answer_status, attempt, caller_of, in_organization, render_in_shell
from chat import access
from chat.actions import open_direct
from chat.forms import PeopleForm
from chat.views.ids import ids_of

MOST = 200  # people offered; the search field narrows them


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def new(request: HttpRequest, member: Member) -> HttpResponse:
    """Choose one to eight people, and open the direct channel with them."""
    search = request.GET.get("q", "").strip()
    everyone = access.people(member).active().exclude(pk=member.pk).by_name()
    if request.method == "POST":
        offered = list(everyone.filter(pk__in=ids_of(request.POST.getlist("people"))))
    else:
        offered = list(everyone.filter(name_folded__contains=search.casefold())[:MOST])
    form = PeopleForm(request.POST or None, choices=[(person.pk, person.display_name) for person in offered])

    def act(people: list[int]) -> int:
        chosen = [person for person in offered if person.pk in people]
        return open_direct(caller_of(request, member), chosen).pk

    if (channel_id := attempt(form, act)) is not None:
        return redirect("chat:channel", member.organization.slug, channel_id)
    if form.is_bound:
        offered = list(everyone[:MOST])
    context = {"form": form, "people": offered, "search": search, "chosen": request.POST.getlist("people")}
    return render_in_shell(request, member, "chat/direct.html", context, status=answer_status(form))

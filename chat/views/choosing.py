"""Choosing people in a form: who is offered, and who stays chosen when the form is shown again."""

from django.http import HttpRequest

from accounts.models import Member
from accounts.models.member import MemberQuerySet, fold
from accounts.validation import one_line
from chat.forms import PeopleForm
from chat.ids import ids_of

MOST = 200  # people offered; the search field narrows them


def choosing(
    request: HttpRequest, everyone: MemberQuerySet, *, chosen: int | None = None
) -> tuple[PeopleForm, list[Member]]:
    """A form to choose from `everyone`, and those it offers: who matches ?q=, and who has been chosen."""
    search = fold(one_line(request.GET.get("q", "")))
    people = list(everyone.filter(name_folded__contains=search).by_name()[:MOST])
    ids = ids_of(request.POST.getlist("people")) if request.method == "POST" else [chosen] if chosen else []
    if ids:
        there = {person.pk for person in people}
        people += everyone.filter(pk__in=[pk for pk in ids if pk not in there]).by_name()
    choices = [(person.pk, person.display_name) for person in people]
    return PeopleForm(request.POST or None, choices=choices, initial={"people": ids}), people

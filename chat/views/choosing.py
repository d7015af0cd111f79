"""Choosing people in a form: who is offered, and who stays chosen when the form is shown again."""

from django.http import HttpRequest

from accounts.models import Member
from accounts.models.member import MemberQuerySet, fold
from accounts.validation import one_line
from chat.forms import PeopleForm
from chat.views.ids import ids_of

MOST = 200  # people offered; the search field narrows them


def choosing(request: HttpRequest, everyone: MemberQuerySet) -> tuple[PeopleForm, list[Member]]:
    """A form to choose from `everyone`, and those it offers: who matches ?q=, and who has been chosen."""
    search = fold(one_line(request.GET.get("q", "")))
    people = list(everyone.filter(name_folded__contains=search).by_name()[:MOST])
    if request.method == "POST":
        chosen = everyone.filter(pk__in=ids_of(request.POST.getlist("people")))
        people += chosen.exclude(pk__in=[person.pk for person in people]).by_name()
    choices = [(person.pk, person.display_name) for person in people]
    return PeopleForm(request.POST or None, choices=choices), people

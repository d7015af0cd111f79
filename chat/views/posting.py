"""Posting messages, and completing the names one may call in them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import Invalid, NotThere
from accounts.models import Member
from accounts.models.member import fold
from accounts.validation import one_line
from accounts.web import caller_of, in_organization, is_fragment
from chat import access
from chat.actions import post_message
from chat.forms import MessageForm
from chat.ids import id_of
from chat.rows import CHANNEL, THREAD, rows
from chat.views.panes import conversation

COMPLETIONS = 8


@require_POST
@in_organization
def post(request: HttpRequest, member: Member, channel_id: int) -> HttpResponse:
    """Post what a composer sends; a script gets the row, a plain form goes back to the page."""
    channel = access.channel(member, channel_id)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _again(request, member, channel_id, form)
    given = form.cleaned_data
    if given["member"] and given["member"] != member.pk:
        raise NotThere  # another signs in where its writer was signed out: nobody posts a text of somebody else's
    root = access.thread(member, given["thread"]) if given["thread"] else None
    try:
        message = post_message(
            caller_of(request, member),
            channel,
            body=given["body"],
            thread=root,
            also_in_channel=given["also_in_channel"],
            client_id=given["client_id"] or None,
            draft=given["draft"].split(),
        )
    except Invalid as error:
        form.add_error("body", str(error.message))
        return _again(request, member, channel_id, form)
    if is_fragment(request):
        place = THREAD if root else CHANNEL
        context = {"place": place, "rows": rows([message], member.organization, place=place)}
        return render(request, "chat/_posted.html", context)
    slug = member.organization.slug
    back = (
        reverse("chat:thread", args=[slug, root.pk])
        if root
        else reverse("chat:channel", args=[slug, channel_id])
    )
    return redirect(f"{back}#{THREAD if root else CHANNEL}-m-{message.pk}")


@require_safe
@in_organization
def complete(request: HttpRequest, member: Member) -> HttpResponse:
    """The people whose name, or a word of it, begins so, and who would be reached in the channel."""
    channel = access.channel(member, id_of(request.GET.get("channel")) or 0)
    start = fold(one_line(request.GET.get("q", "")[:80]))
    seen = access.callable_by(member, channel)
    found = seen.filter(name_folded__startswith=start) | seen.filter(name_folded__contains=f" {start}")
    # One more than is offered, who may be a namesake of the last one.
    people = list(found.by_name()[: COMPLETIONS + 1])
    namesakes = {
        person.name_folded
        for person in people
        if sum(p.name_folded == person.name_folded for p in people) > 1
    }
    options = [
        (
            person,
            f"@{person.display_name}|{person.pk}"
            if person.name_folded in namesakes
            else f"@{person.display_name}",
        )
        for person in people[:COMPLETIONS]
    ]
    everyone = [word for word in ("channel", "here") if word.startswith(start)]
    return render(request, "chat/_completions.html", {"options": options, "everyone": everyone})


def _again(request: HttpRequest, member: Member, channel_id: int, form: MessageForm) -> HttpResponse:
    """The composer's errors: for a script alone, for a plain form with the page and all that was typed."""
    if is_fragment(request):
        return render(request, "chat/_refused.html", {"form": form}, status=422)
    thread_id = form.cleaned_data.get("thread")
    channel = access.channel(member, channel_id, drafts=True, thread_id=thread_id)
    if thread_id:
        root = access.thread(member, thread_id)
        return conversation(request, member, channel, root=root, thread_form=form, status=422)
    return conversation(request, member, channel, form=form, status=422)

"""What one has begun to write: the list of it, and the composers' saves."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import Invalid
from accounts.models import Member
from accounts.web import caller_of, in_organization, render_in_shell
from chat import access, queries
from chat.actions import discard_draft, save_draft
from chat.ids import id_of
from chat.models import Draft


@require_safe
@in_organization
def drafts_page(request: HttpRequest, member: Member) -> HttpResponse:
    """Everything one has begun to write, each with a link to where it stands."""
    found = queries.drafts(member)
    titles = queries.titles(member, [draft.channel for draft in found])
    items = [(draft, titles[draft.channel_id], _address(member, draft)) for draft in found]
    return render_in_shell(request, member, "chat/drafts.html", {"items": items})


@require_POST
@in_organization
def save(request: HttpRequest, member: Member, channel_id: int) -> HttpResponse:
    """Keep a composer's text. 204 when that was done; 409, with the draft as it stands, when it was overtaken."""
    given = request.POST
    channel = access.channel(member, channel_id)
    root = access.thread(member, id_of(given["thread"]) or 0) if given.get("thread") else None
    try:
        draft = save_draft(
            caller_of(request, member),
            channel,
            body=given.get("body", ""),
            thread=root,
            base=given.get("base", ""),
            revision=given.get("revision", ""),
        )
    except Invalid as error:
        return HttpResponse(str(error.message), status=422, content_type="text/plain")
    if draft.revision == given.get("revision"):
        return HttpResponse(status=204)
    drafted = bool(draft.body) or queries.has_drafts(member, channel_id)
    return render(request, "chat/_draft.html", {"draft": draft, "drafted": drafted}, status=409)


@require_POST
@in_organization
def discard(request: HttpRequest, member: Member, draft_id: int) -> HttpResponse:
    """Take a draft away, and go back to the list of them."""
    discard_draft(caller_of(request, member), access.draft(member, draft_id))
    return redirect("chat:drafts", member.organization.slug)


def _address(member: Member, draft: Draft) -> str:
    slug = member.organization.slug
    if draft.thread_id:
        return reverse("chat:thread", args=[slug, draft.thread_id])
    return reverse("chat:channel", args=[slug, draft.channel_id])

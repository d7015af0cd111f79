"""What one may do with a message: the actions, editing, deleting, its versions. Each a page, or a script's fragment."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Invalid, NotThere
from accounts.models import Member
from accounts.permissions import may, require
from accounts.web import caller_of, in_organization, is_fragment, render_in_shell
from chat import access, queries
from chat.actions import delete_message, edit_message
from chat.forms import MessageForm
from chat.models import Message
from chat.rows import CHANNEL, THREAD, rows


@require_safe
@in_organization
def actions(request: HttpRequest, member: Member, message_id: int) -> HttpResponse:
    """The actions that the reader may take."""
    message = access.message(member, message_id)
    standing = access.standing_to(member, message)
    changeable = not message.is_deleted
    context = {
        "message": message,
        "can_edit": changeable and not message.channel.is_archived and may(member, "message.edit", standing),
        "can_mark_unread": changeable
        and message.channel.membership_id is not None
        and message.author_id != member.pk
        and (message.thread_id is None or message.also_in_channel),
        "can_delete": changeable and may(member, "message.delete", standing),
        "link": request.build_absolute_uri(permalink(member, message)),
    }
    return _page(request, member, "actions", context)


@require_safe
@in_organization
def text(_request: HttpRequest, member: Member, message_id: int) -> HttpResponse:
    """A message as it was written, to be copied."""
    message = access.message(member, message_id)
    if message.is_deleted:
        raise NotThere
    return HttpResponse(message.body, content_type="text/plain; charset=utf-8")


@require_safe
@in_organization
def last_mine(_request: HttpRequest, member: Member, channel_id: int) -> HttpResponse:
    """A link to the reader's last message in a channel; no content when it's far back, or there is none."""
    channel = access.channel(member, channel_id)
    message_id = queries.last_own(member, channel)
    if message_id is None:
        return HttpResponse(status=204)
    address = reverse("chat:message", args=[member.organization.slug, channel.pk, message_id])
    return HttpResponse(format_html('<a data-message="{}" href="{}"></a>', message_id, address))


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def edit(request: HttpRequest, member: Member, message_id: int) -> HttpResponse:
    """The text of one's own message, to change it."""
    message = access.message(member, message_id)
    require(member, "message.edit", access.standing_to(member, message))
    form = MessageForm(request.POST or None, initial={"body": message.body})
    if request.method == "POST" and form.is_valid():
        try:
            message = edit_message(caller_of(request, member), message, body=form.cleaned_data["body"])
        except Invalid as error:
            form.add_error("body", str(error.message))
        else:
            return _changed(request, member, message)
    status = 422 if form.is_bound else 200
    return _page(request, member, "edit", {"message": message, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def delete(request: HttpRequest, member: Member, message_id: int) -> HttpResponse:
    """A last question, then the message is taken away."""
    message = access.message(member, message_id)
    require(member, "message.delete", access.standing_to(member, message))
    if request.method == "POST":
        return _changed(request, member, delete_message(caller_of(request, member), message))
    return _page(
        request, member, "delete", {"message": message, "html": rows([message], member.organization)}
    )


@require_safe
@in_organization
def versions_page(request: HttpRequest, member: Member, message_id: int) -> HttpResponse:
    """Every text that the message had, to those who may see it."""
    message = access.message(member, message_id)
    return _page(request, member, "versions", {"message": message, "versions": queries.versions(message)})


def permalink(member: Member, message: Message) -> str:
    """The path of a message in its history."""
    return reverse("chat:message", args=[member.organization.slug, message.channel_id, message.pk])


def _page(
    request: HttpRequest, member: Member, name: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    message = context["message"]
    assert isinstance(message, Message)  # noqa: S101 - every caller gives one
    context |= {"slug": member.organization.slug, "permalink": permalink(member, message)}
    if is_fragment(request):
        return render(request, f"chat/_message_{name}.html", context, status=status)
    request.active_channel = message.channel_id  # type: ignore[attr-defined]
    return render_in_shell(request, member, f"chat/message_{name}.html", context, status=status)


def _changed(request: HttpRequest, member: Member, message: Message) -> HttpResponse:
    if is_fragment(request):
        places = [THREAD] if message.thread_id and not message.also_in_channel else [CHANNEL, THREAD]
        changed = [(place, rows([message], member.organization, place=place)) for place in places]
        return render(request, "chat/_changed.html", {"changed": changed})
    return redirect(permalink(member, message))

"""The three panes: a channel with its history, a thread beside it, a message in the middle of its history."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.errors import Invalid, NotThere
from accounts.models import Member
from accounts.web import in_organization, render_in_shell
from chat import access, queries
from chat.forms import MessageForm
from chat.ids import id_of
from chat.models import Channel, Message
from chat.queries import Window, channel_window, opening_window, thread_window
from chat.rows import CHANNEL, THREAD, window_rows
from chat.shell import furnish

# A cookie, since the page that shows a channel should write nothing for it.
LAST_CHANNEL = "workchat_channel"
A_YEAR = 365 * 24 * 60 * 60  # seconds


@require_safe
@in_organization
def home(request: HttpRequest, member: Member) -> HttpResponse:
    """Into the channel one was in last, or the first one; on a narrow screen, with ?list, the list of them."""
    if "list" not in request.GET:
        entry = queries.entry_channel(member, last=id_of(request.COOKIES.get(LAST_CHANNEL)))
        if entry is not None:
            return redirect("chat:channel", member.organization.slug, entry)
    return render_in_shell(request, member, "chat/home.html")


@require_safe
@in_organization
def sidebar_fragment(request: HttpRequest, member: Member) -> HttpResponse:
    """The sidebar's element as it is now, and the position in the log that its counts have."""
    request.active_channel = id_of(request.GET.get("active"))  # type: ignore[attr-defined]
    return render(request, "chat/_sidebar_fragment.html", furnish(member, request))


@require_safe
@in_organization
def channel_page(request: HttpRequest, member: Member, channel_id: int) -> HttpResponse:
    """A channel where the reader left off. ?newest is its end, ?before= and ?after= page through it without scripts."""
    channel = access.channel(member, channel_id, drafts=True)
    try:
        window = _window(request, channel)
    except Invalid as error:
        messages.warning(request, str(error.message))
        return redirect("chat:channel", member.organization.slug, channel_id)
    if window is None and "newest" in request.GET:
        window = channel_window(channel)
    return conversation(request, member, channel, window=window)


@require_safe
@in_organization
def message_page(request: HttpRequest, member: Member, channel_id: int, message_id: int) -> HttpResponse:
    """A permalink: the message in the middle of its history, or in its thread when it stands only there."""
    message = access.message(member, message_id, drafts=True)
    if message.channel_id != channel_id:
        raise NotThere
    if message.thread_id and not message.also_in_channel:
        root = access.thread(member, message.thread_id, drafts=True)
        return conversation(request, member, message.channel, root=root, highlighted=message.pk)
    window = channel_window(message.channel, around=message.pk)
    return conversation(request, member, message.channel, window=window, highlighted=message.pk)


@require_safe
@in_organization
def thread_page(request: HttpRequest, member: Member, message_id: int) -> HttpResponse:
    """A thread beside its channel."""
    root = access.thread(member, message_id, drafts=True)
    return conversation(request, member, root.channel, root=root)


@require_safe
@in_organization
def history(request: HttpRequest, member: Member, channel_id: int) -> HttpResponse:
    """More rows of a channel, before or after an id, or its newest ones."""
    channel = access.channel(member, channel_id)
    try:
        window = _window(request, channel) or channel_window(channel)
    except Invalid as error:
        return HttpResponse(str(error.message), status=422, content_type="text/plain")
    context = {"window": window, "rows": window_rows(window.messages, member.organization)}
    return render(request, "chat/_rows.html", context)


@require_safe
@in_organization
def frame(request: HttpRequest, member: Member, channel_id: int) -> HttpResponse:
    """A channel's header, beginning and composers as they are now, for a page whose channel has changed."""
    thread_id = id_of(request.GET.get("thread"))
    channel = access.channel(member, channel_id, drafts=True, thread_id=thread_id)
    context = frame_context(member, channel)
    if thread_id:
        context["root"] = access.thread(member, thread_id)
    return render(request, "chat/_frame.html", context)


def conversation(
    request: HttpRequest,
    member: Member,
    channel: Channel,
    *,
    window: Window | None = None,
    root: Message | None = None,
    highlighted: int | None = None,
    form: MessageForm | None = None,
    thread_form: MessageForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a channel, and of a thread in it; also shown again with a form that won't do."""
    request.active_channel = channel.pk  # type: ignore[attr-defined]
    window = window or opening_window(member, channel)
    context: dict[str, Any] = {
        "window": window,
        "rows": window_rows(window.messages, member.organization, place=CHANNEL, line_above=window.unread),
        "highlighted": highlighted,
        "form": form,
    }
    if root is not None:
        thread = thread_window(root)
        context |= {
            "root": root,
            "replies": thread,
            "thread_rows": window_rows(thread.messages, member.organization, place=THREAD),
            "thread_form": thread_form,
            "follow": queries.follow_of(member, root),
        }
    context |= frame_context(member, channel)
    response = render_in_shell(request, member, "chat/channel.html", context, status=status)
    if channel.membership_id and request.COOKIES.get(LAST_CHANNEL) != str(channel.pk):
        response.set_cookie(
            LAST_CHANNEL,
            str(channel.pk),
            path=reverse("chat:home", args=[member.organization.slug]),
            max_age=A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def frame_context(member: Member, channel: Channel) -> dict[str, Any]:
    """What a channel's header and composer show."""
    return {
        "channel": channel,
        "member": member,
        "slug": member.organization.slug,
        "frame": queries.frame(member, channel),
    }


def _window(request: HttpRequest, channel: Channel) -> Window | None:
    """The window that the address asks for, if it asks for one."""
    before, after = (_id(request.GET.get(name)) for name in ("before", "after"))
    if before is None and after is None:
        return None
    return channel_window(channel, before=before, after=after)


def _id(text: str | None) -> int | None:
    if text and id_of(text) is None:
        raise Invalid(_("That link was broken, so this is where you left off."))
    return id_of(text)

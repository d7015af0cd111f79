"""The directory of channels, and making, changing, archiving and deleting one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import Refused
from accounts.models import Member
from accounts.permissions import may, require
from accounts.web import answer_status, attempt, caller_of, in_organization, render_in_shell
from chat import access, queries
from chat.actions import archive_channel, create_channel, delete_channel, unarchive_channel, update_channel
from chat.forms import ChannelForm, DeleteForm


@require_safe
@in_organization
def directory_page(request: HttpRequest, member: Member) -> HttpResponse:
    """Every channel that the reader may see, with a search field."""
    search, archived = request.GET.get("q", ""), "archived" in request.GET
    channels = queries.directory(member, search=search, archived=archived)
    context = {
        "channels": channels,
        "search": search,
        "archived": archived,
        "can_create": may(member, "channel.create"),
        "can_join": may(member, "channel.browse"),
    }
    return render_in_shell(request, member, "chat/directory.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def create(request: HttpRequest, member: Member) -> HttpResponse:
    """Make a channel."""
    require(member, "channel.create")
    form = ChannelForm(request.POST or None, initial={"name": request.GET.get("name", "")[:60]})
    if not may(member, "channel.set_default", {"public"}):
        del form.fields["is_default"]
    channel = attempt(form, lambda **given: create_channel(caller_of(request, member), **given))
    if channel is not None:
        return redirect("chat:channel", member.organization.slug, channel.pk)
    return render_in_shell(
        request, member, "chat/create_channel.html", {"form": form}, status=answer_status(form)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def settings(request: HttpRequest, member: Member, channel_id: int) -> HttpResponse:
    """A channel's name, topic and description, and the ways to its end."""
    channel = access.channel(member, channel_id)
    standing = access.standing_in(member, channel)
    if channel.is_direct:
        raise Refused(_("A direct message has no settings."))
    form = ChannelForm(request.POST or None, instance=channel)
    del form.fields["kind"]
    verbs = {"name": "channel.rename", "is_default": "channel.set_default"}
    for name in list(form.fields):
        verb = verbs.get(name, "channel.describe")
        if name in request.POST:
            require(member, verb, standing)
        elif not may(member, verb, standing):
            del form.fields[name]
    if request.method == "POST" and not form.fields:
        require(member, "channel.describe", standing)
    changed = attempt(form, lambda **given: update_channel(caller_of(request, member), channel, **given))
    if changed is not None:
        messages.success(request, _("The channel was changed."))
        return redirect("chat:channel_settings", member.organization.slug, channel.pk)
    context = {
        "channel": access.channel(member, channel_id),
        "form": form,
        "can_archive": may(member, "channel.archive", standing),
        "can_delete": may(member, "channel.delete", standing),
        "can_leave": may(member, "channel.leave", standing),
    }
    request.active_channel = channel.pk  # type: ignore[attr-defined]
    return render_in_shell(request, member, "chat/channel_settings.html", context, status=answer_status(form))


@require_POST
@in_organization
def archive(request: HttpRequest, member: Member, channel_id: int) -> HttpResponse:
    """Archive a channel, or open it again."""
    channel = access.channel(member, channel_id)
    change = {"1": archive_channel, "0": unarchive_channel}.get(request.POST.get("archived", ""))
    if change is None:
        return HttpResponse("Give archived as 1 or 0.", status=422, content_type="text/plain")
    change(caller_of(request, member), channel)
    return redirect("chat:channel", member.organization.slug, channel.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def delete(request: HttpRequest, member: Member, channel_id: int) -> HttpResponse:
    """Delete a channel, once its name has been typed."""
    channel = access.channel(member, channel_id)
    require(member, "channel.delete", access.standing_in(member, channel))
    form = DeleteForm(request.POST or None)

    def act(**given: str) -> bool:
        delete_channel(caller_of(request, member), channel, **given)
        return True

    if attempt(form, act):
        messages.success(request, _("#%(name)s was deleted.") % {"name": channel.name})
        return redirect("chat:directory", member.organization.slug)
    context = {"channel": channel, "form": form, "count": channel.messages.count()}
    request.active_channel = channel.pk  # type: ignore[attr-defined]
    return render_in_shell(request, member, "chat/channel_delete.html", context, status=answer_status(form))

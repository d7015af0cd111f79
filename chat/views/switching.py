"""Going elsewhere: the quick switcher's finds, and the sheet of shortcuts. Both are pages too, for want of scripts."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Member
from accounts.permissions import may
from accounts.web import in_organization, is_fragment, render_in_shell
from chat import queries
from chat.shortcuts import GROUPS

MAC = re.compile(r"Mac OS X|Macintosh|iPhone|iPad")


@require_safe
@in_organization
def switch(request: HttpRequest, member: Member) -> HttpResponse:
    """Channels and people by ?q=; the switcher asks for the options alone."""
    search = request.GET.get("q", "").strip()[:200]
    context: dict[str, Any] = {
        "found": queries.find(member, search),
        "search": search,
        "slug": member.organization.slug,
    }
    if is_fragment(request):
        return render(request, "chat/_found.html", context)
    context["can_create"] = may(member, "channel.create")
    return render_in_shell(request, member, "chat/switch.html", context)


@require_safe
@in_organization
def shortcuts(request: HttpRequest, member: Member) -> HttpResponse:
    """Every shortcut, as the keys are called on the reader's machine."""
    mac = MAC.search(request.headers.get("User-Agent", "")) is not None
    groups = [(group.title, [(one.shown(mac=mac), one.does) for one in group.shortcuts]) for group in GROUPS]
    if is_fragment(request):
        return render(request, "chat/_shortcuts.html", {"groups": groups})
    return render_in_shell(request, member, "chat/shortcuts.html", {"groups": groups})

"""What to begin with in a new organization, for its admins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.actions import hide_first_steps
from accounts.models import Member
from accounts.permissions import require
from accounts.web import caller_of, in_organization, render_in_shell
from chat.queries import first_steps


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def first_steps_page(request: HttpRequest, member: Member) -> HttpResponse:
    """The steps; sending the form takes them off the sidebar for good."""
    require(member, "organization.update")
    if request.method == "POST":
        hide_first_steps(caller_of(request, member))
        return redirect("chat:home", member.organization.slug)
    return render_in_shell(request, member, "chat/first_steps.html", {"steps": first_steps(member)})

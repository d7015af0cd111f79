"""The first visit to an empty server: whoever has its set-up code makes the first organization."""

from functools import partial

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions import set_up_server
from accounts.attempts import too_many
from accounts.errors import NotThere
from accounts.forms import SetUpForm
from accounts.models import Member, User
from accounts.web import answer_status, answering, attempt, caller_of

TRIES, WITHIN = 10, 600  # attempts from one address, in seconds


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("code", "password")
@answering
def set_up(request: HttpRequest) -> HttpResponse:
    """The set-up form; a 404 once anyone has an account."""
    if User.objects.exists():
        raise NotThere
    form = SetUpForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return render(request, "accounts/setup.html", {"form": form})
    ip = caller_of(request).ip
    if too_many("set-up", ip, limit=TRIES, seconds=WITHIN):
        form.add_error(None, _("Too many attempts. Wait ten minutes and try again."))
        return render(request, "accounts/setup.html", {"form": form}, status=429)
    owner = attempt(form, partial(_set_up, ip=ip))
    if owner is None:
        return render(request, "accounts/setup.html", {"form": form}, status=answer_status(form))
    assert owner.user is not None  # noqa: S101 - owners are people
    login(request, owner.user)
    messages.success(request, _("%(name)s is ready.") % {"name": owner.organization.name})
    return redirect("chat:first_steps", owner.organization.slug)


def _set_up(*, code: str, name: str, display_name: str, email: str, password: str, ip: str) -> Member:
    return set_up_server(code=code, name=name, owner_name=display_name, email=email, password=password, ip=ip)

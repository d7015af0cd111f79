"""Light, dark or the system's choice: a cookie, so that the first byte of each page already has it."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

COOKIE = "theme"
YEAR = 31_536_000  # seconds


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep `theme` (system, light or dark) in this browser, and go back to the page it was chosen on."""
    theme = request.POST.get("theme", "")
    if theme not in {"system", "light", "dark"}:
        return HttpResponseBadRequest(_("The theme is one of system, light and dark."))
    response = redirect(came_from(request))
    if theme == "system":
        response.delete_cookie(COOKIE, samesite="Lax")
    else:
        response.set_cookie(
            COOKIE, theme, max_age=YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    return response


def came_from(request: HttpRequest) -> str:
    address = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if ours else "/"

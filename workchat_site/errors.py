"""Error pages that Django's defaults don't cover."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.defaults import server_error as plain_server_error

try:
    from redis.exceptions import RedisError
except ImportError:  # without the extra `scale`
    RedisError = OperationalError  # type: ignore[assignment, misc]

AWAY = (OperationalError, InterfaceError, RedisError)
AGAIN = 3  # seconds after which it's worth another try


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django gives it
    """The page for a form whose token is missing or old; what was typed is still in the browser's history."""
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`, called while the error is handled: 503 for a database or Redis that is away, or locked.

    A transaction that met it was undone as a whole, and whoever asks again may well get through.
    """
    if isinstance(sys.exception(), AWAY):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": str(AGAIN)})
    return plain_server_error(request)

"""Error pages that Django's defaults don't cover."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django gives it
    """The page for a form whose token is missing or old; what was typed is still in the browser's history."""
    return render(request, "403_csrf.html", status=403)

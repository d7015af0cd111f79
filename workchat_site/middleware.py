"""One log line a request, with an id that the response carries too. Paths that hold a secret are cut short."""

from typing import TYPE_CHECKING

import structlog
from django_structlog.middlewares import RequestMiddleware

from workchat_site.logging import without_secrets

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class RequestLogMiddleware(RequestMiddleware):
    """Logs method, path (no query string), status; answers with `X-Request-ID`."""

    def handle_response(self, request: "HttpRequest", response: "HttpResponse") -> None:
        response["X-Request-ID"] = structlog.contextvars.get_contextvars().get("request_id", "")
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: "HttpRequest") -> str:
        return f"{request.method} {without_secrets(request.path)}"

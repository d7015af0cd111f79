"""One log line a request, with an id that the response carries too. Paths that hold a secret are cut short."""

from typing import TYPE_CHECKING

import structlog
from django_structlog.middlewares import RequestMiddleware

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# Below these a path holds a token: an invitation's, a join link's, a password reset's.
SECRET_BELOW = ("/accounts/", "/invitation/", "/join/")


class RequestLogMiddleware(RequestMiddleware):
    """Logs method, path (no query string), status; answers with `X-Request-ID`."""

    def handle_response(self, request: "HttpRequest", response: "HttpResponse") -> None:
        response["X-Request-ID"] = structlog.contextvars.get_contextvars().get("request_id", "")
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: "HttpRequest") -> str:
        path = request.path
        for prefix in SECRET_BELOW:
            if path.startswith(prefix):
                path = prefix + "…"
        return f"{request.method} {path}"

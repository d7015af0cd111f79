"""One log line a request, with an id that the response carries too. Paths that hold a secret are cut short."""

from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django_structlog.middlewares import RequestMiddleware

from workchat_site.logging import without_secrets

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class RequestLogMiddleware(RequestMiddleware):
    """Logs method, path (no query string), status; answers with `X-Request-ID`."""

    def handle_response(self, request: "HttpRequest", response: "HttpResponse") -> None:
        response["X-Request-ID"] = structlog.contextvars.get_contextvars().get("request_id", "")
        super().handle_response(request, response)

    @classmethod
    def bind_ip(cls, request: "HttpRequest") -> None:
        """The address that the outermost proxy of ours saw; what a client says of itself counts for nothing."""
        said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-settings.TRUSTED_PROXIES :]
        ip = said[0].strip() if settings.TRUSTED_PROXIES else request.META.get("REMOTE_ADDR", "")
        structlog.contextvars.bind_contextvars(ip=ip)

    @staticmethod
    def format_request(request: "HttpRequest") -> str:
        return f"{request.method} {without_secrets(request.path)}"

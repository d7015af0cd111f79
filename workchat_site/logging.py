"""Logs: one JSON object a line on standard error, each with its request's id; never a secret, token or text."""

import re
from typing import Any

import structlog

# Below these a path holds a token: an invitation's, a join link's, a password reset's.
SECRET_BELOW = re.compile(r"(?<!\S)(/(?:accounts|invitation|join)/).+")


def without_secrets(text: str) -> str:
    """A text with its paths cut short where they hold a secret."""
    return SECRET_BELOW.sub(r"\1…", text)


def cut_paths(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Django's own lines name the path too: of a form that was refused, of a page that failed."""
    event["event"] = without_secrets(str(event.get("event", "")))
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_config(*, level: str, style: str) -> dict[str, Any]:
    """Django's LOGGING for `level` (DEBUG … CRITICAL) and `style` ("json" or "console")."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    if style == "console":
        last: list[Any] = [structlog.dev.ConsoleRenderer(colors=False)]
    else:
        # Without the frames' variables, which hold texts and passwords.
        frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        last = [structlog.processors.ExceptionRenderer(frames), structlog.processors.JSONRenderer()]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*SHARED, cut_paths],
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            # The request middleware has its own line for each of these.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "propagate": True},
            # A foreign Host header is answered 400, and has the request's line; a traceback says no more.
            "django.security.DisallowedHost": {"level": "CRITICAL", "propagate": False},
            "daphne": {"level": "WARNING"},
            "django_eventstream": {"level": "WARNING"},
        },
    }

"""A sampling profiler: every few milliseconds of CPU it looks at the stack, and says what is done, and whose it is.

"What" is the innermost frame that a rule knows, so shares add up to the whole; "whose" is the innermost function of
ours, template, or middleware.
"""

import signal
from collections import Counter
from types import FrameType, TracebackType

from django.template.base import Template

from benchmarks.figures import Row
from benchmarks.machine import ROOT

EACH = 0.001  # seconds of CPU; the kernel's clock may make 4 ms of it
PACKAGES = f"{ROOT}/.venv/"

# The first rule that knows a frame's file names what it does.
KINDS = (
    ("SQL: running it", ("django/db/backends/", "django/db/utils.py", "django/db/transaction.py")),
    (
        "ORM: making SQL",
        ("django/db/models/sql/", "models/expressions.py", "models/lookups.py", "query_utils.py"),
    ),
    ("ORM: objects and querysets", ("django/db/models/",)),
    ("templates", ("django/template/", "template_partials/", "templatetags/")),
    ("URLs", ("django/urls/",)),
    ("translation", ("utils/translation/", "/gettext.py")),
    ("log line", ("/structlog/", "/logging/", "django_structlog/")),
    ("allauth", ("/allauth/",)),
    ("CSP, permissions policy", ("/csp/", "django_permissions_policy/")),
    ("static files", ("/whitenoise/", "django/contrib/staticfiles/")),
    ("session", ("contrib/sessions/", "django/core/signing.py")),
    ("user", ("contrib/auth/",)),
    ("CSRF", ("middleware/csrf.py", "context_processors.py")),
    ("messages", ("contrib/messages/",)),
    ("other middleware", ("django/middleware/", "django_htmx/")),
    ("Markdown", ("/markdown_it/", "chat/markdown/", "/pygments/", "/linkify_it/", "/mdit_py_plugins/")),
    ("forms", ("django/forms/",)),
    (
        "request and response",
        ("django/http/", "django/core/handlers/", "workchat_site/handler.py", "django/dispatch/"),
    ),
    ("log: entries and digests", (f"{ROOT}/audit/",)),
    ("our code", (f"{ROOT}/chat/", f"{ROOT}/accounts/", f"{ROOT}/workchat_site/")),
)
MIDDLEWARE = tuple(path for kind, paths in KINDS if kind in {
    "log line", "allauth", "CSP, permissions policy", "static files", "session", "user", "CSRF", "messages",
    "other middleware",
} for path in paths)  # fmt: skip


class Sampler:
    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {"kind": Counter(), "owner": Counter()}

    def __enter__(self) -> "Sampler":
        signal.signal(signal.SIGPROF, self.look)
        signal.setitimer(signal.ITIMER_PROF, EACH, EACH)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    def look(self, _signal: int, frame: FrameType | None) -> None:
        doing = owner = None
        while frame is not None and (doing is None or owner is None):
            doing = doing or kind_of(frame)
            owner = owner or owner_of(frame)
            frame = frame.f_back
        self.counts["kind"][doing or "the rest"] += 1
        self.counts["owner"][owner or "the rest"] += 1

    def shares(self, which: str, milliseconds: float) -> list[Row]:
        """The shares of a request that takes so many milliseconds of CPU, largest first."""
        counts = self.counts[which]
        whole = sum(counts.values()) or 1
        return [
            {"what": what, "ms": round(milliseconds * count / whole, 2), "share": f"{count / whole:.0%}"}
            for what, count in counts.most_common()
            if count / whole >= 0.005
        ]


def kind_of(frame: FrameType) -> str | None:
    file = frame.f_code.co_filename
    return next((kind for kind, paths in KINDS if any(path in file for path in paths)), None)


def owner_of(frame: FrameType) -> str | None:
    code = frame.f_code
    if code.co_name in {"_render", "render"} and isinstance(drawn := frame.f_locals.get("self"), Template):
        return f"template {drawn.name}"
    if code.co_filename.startswith(str(ROOT)) and not code.co_filename.startswith(PACKAGES):
        if "/benchmarks/" in code.co_filename or code.co_filename.endswith("workchat_site/handler.py"):
            return None
        return f"{code.co_filename.removeprefix(f'{ROOT}/')} {code.co_name}"
    if any(path in code.co_filename for path in MIDDLEWARE):
        return f"{code.co_filename.rpartition('site-packages/')[2]} {code.co_name}"
    return None

"""The one script: htmx with its stream extension, then the files of static/js, in an order that has each find
what it uses.

One file, since an event of the stream may come as soon as htmx has begun: our swap styles must be there by then.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from workchat_site.bundles import STATIC, Bundle

VENDORED = STATIC / "vendor" / "htmx-sse.js"
ORDER = (
    "page", "storage", "days", "marks", "scrolling", "window", "rows", "paging", "sidebar", "threads",
    "reading", "parts", "swaps", "stream", "copying", "walking", "presence", "drafts", "typing", "outbox",
    "completion", "writing", "composer", "editing", "menu", "navigation", "keyboard", "shortcuts", "switcher",
    "hints", "notices", "start",
)  # fmt: skip
COMMENT_LINE = re.compile(r"^[ ]*//.*\n", re.MULTILINE)
INDENT = re.compile(r"^[ ]+", re.MULTILINE)


def files() -> list[Path]:
    return [VENDORED, *(STATIC / "js" / f"{name}.js" for name in ORDER)]


def join(files: Iterable[Path]) -> str:
    vendored, *ours = files
    return f"{vendored.read_text('utf-8')};{join_ours(ours)}"


def account_files() -> list[Path]:
    return sorted((STATIC / "account").glob("*.js"))


def join_ours(files: Iterable[Path]) -> str:
    """Ours share one function's scope, so that nothing of it is global."""
    plain = "".join(INDENT.sub("", COMMENT_LINE.sub("", file.read_text("utf-8"))) for file in files)
    return f'(() => {{\n"use strict";\n{plain}}})();\n'


SCRIPT = Bundle("script", "text/javascript", files, join)
# The pages of one's account have nothing live: passkeys and printing are all that they want.
ACCOUNT_SCRIPT = Bundle("account_script", "text/javascript", account_files, join_ours)


@require_safe
def script(request: HttpRequest, digest: str) -> HttpResponse:
    """The script as it is now."""
    return SCRIPT.response(request, digest)


@require_safe
def account_script(request: HttpRequest, digest: str) -> HttpResponse:
    """The account pages' script as it is now."""
    return ACCOUNT_SCRIPT.response(request, digest)

"""The one stylesheet: the files of static/css in the order of their names."""

import re
from collections.abc import Iterable
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from workchat_site.bundles import STATIC, Bundle

COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


def files() -> list[Path]:
    return sorted((STATIC / "css").glob("*.css"))


def join(files: Iterable[Path]) -> str:
    return "".join(COMMENT.sub("", file.read_text("utf-8")) for file in files)


STYLESHEET = Bundle("stylesheet", "text/css", files, join)


@require_safe
def stylesheet(request: HttpRequest, digest: str) -> HttpResponse:
    """The stylesheet as it is now."""
    return STYLESHEET.response(request, digest)

"""The one stylesheet: the files of static/css in the order of their names, joined, packed and kept in memory.

Its address holds a digest of its content, so browsers keep it for a year and still see each change at once.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

FOLDER = Path(__file__).parents[1] / "static" / "css"
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
YEAR = 31_536_000  # seconds


@dataclass(frozen=True)
class Stylesheet:
    """The joined text, in each encoding that a browser may ask for."""

    digest: str
    encodings: dict[str, bytes]


def stylesheet_url() -> str:
    """The stylesheet's address; it changes whenever one of the files does."""
    return reverse("stylesheet", args=[current().digest])


@require_safe
def stylesheet(request: HttpRequest, digest: str) -> HttpResponse:
    """The stylesheet as it is now. Another version's address works too, but nobody may keep that answer."""
    sheet = current()
    accepted = request.headers.get("Accept-Encoding", "")
    encoding = next((name for name in ("br", "gzip") if re.search(rf"\b{name}\b", accepted)), "identity")
    response = HttpResponse(sheet.encodings[encoding], content_type="text/css; charset=utf-8")
    if encoding != "identity":
        response["Content-Encoding"] = encoding
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable" if digest == sheet.digest else "no-cache"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def current() -> Stylesheet:
    """The stylesheet of this process; while debugging it is made anew when a file changed."""
    return build(changes() if settings.DEBUG else 0)


def changes() -> float:
    return sum(file.stat().st_mtime for file in FOLDER.glob("*.css"))


@lru_cache(maxsize=1)
def build(_stamp: float) -> Stylesheet:
    text = "".join(COMMENT.sub("", file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.css")))
    plain = text.encode()
    return Stylesheet(
        digest=hashlib.sha256(plain).hexdigest()[:12],
        encodings={"identity": plain, "gzip": gzip.compress(plain, mtime=0), "br": brotli.compress(plain)},
    )

"""What a page loads besides itself: small files joined into one, packed, and kept in memory.

A bundle's address holds a digest of its content, so browsers keep it for a year and still see each change at once.
"""

import gzip
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers

STATIC = Path(__file__).parents[1] / "static"
YEAR = 31_536_000  # seconds


@dataclass(frozen=True)
class Packed:
    """The joined text, in each encoding that a browser may ask for."""

    digest: str
    encodings: dict[str, bytes]


@dataclass(frozen=True)
class Bundle:
    """Some files that are served as one, at the URL named `name` whose argument is the digest."""

    name: str
    content_type: str
    files: Callable[[], Iterable[Path]]
    join: Callable[[Iterable[Path]], str]

    def url(self) -> str:
        """The bundle's address; it changes whenever one of the files does."""
        return reverse(self.name, args=[self.current().digest])

    def response(self, request: HttpRequest, digest: str) -> HttpResponse:
        """The bundle as it is now. Another version's address works too, but nobody may keep that answer."""
        packed = self.current()
        accepted = request.headers.get("Accept-Encoding", "")
        encoding = next((name for name in ("br", "gzip") if re.search(rf"\b{name}\b", accepted)), "identity")
        response = HttpResponse(
            packed.encodings[encoding], content_type=f"{self.content_type}; charset=utf-8"
        )
        if encoding != "identity":
            response["Content-Encoding"] = encoding
        is_current = digest == packed.digest
        response["Cache-Control"] = f"public, max-age={YEAR}, immutable" if is_current else "no-cache"
        patch_vary_headers(response, ["Accept-Encoding"])
        return response

    def current(self) -> Packed:
        """The bundle of this process; while debugging it is made anew when a file changed."""
        return pack(self, sum(file.stat().st_mtime for file in self.files()) if settings.DEBUG else 0)


@lru_cache(maxsize=4)
def pack(bundle: Bundle, _stamp: float) -> Packed:
    plain = bundle.join(bundle.files()).encode()
    return Packed(
        digest=hashlib.sha256(plain).hexdigest()[:12],
        encodings={"identity": plain, "gzip": gzip.compress(plain, mtime=0), "br": brotli.compress(plain)},
    )

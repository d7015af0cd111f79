"""Rebuild static/vendor/ from its package: `make vendor`. Needs npm, which knows its registry; no Node build.

A tarball that isn't the recorded one stops it, so a second run leaves the tree as it was.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "static" / "vendor"
PACKAGE, VERSION = "htmx.org", "4.0.1"
INTEGRITY = (  # of the tarball, as npm writes it
    "sha512-oF7JgXhDW9UXCy/k1ZYFUQgzu/rm19ORWPSPNL91vPluB2PB9+MV55tyQdH/w7o2EAbTYUG5SDW1R60mdkdqGg=="
)
PARTS = ("dist/htmx.min.js", "dist/ext/hx-sse.min.js")
SCRIPT, LICENCE = "htmx-sse.js", "htmx-sse.LICENSE.txt"

README = """\
# Vendored files

Written by `make vendor` (`scripts/vendor.py`), never by hand; a test compares the digests.

| file | package | version | licence | SHA-256 |
|---|---|---|---|---|
| `{script}` | npm `{package}` | {version} | Zero-Clause BSD (`{licence}`) | `{digest}` |

`{script}` is `{parts}` in one file, in this order. As two deferred scripts they race: when the extension
arrives after htmx has started, the page's stream never connects, and nothing says so.
"""


def main() -> None:
    """Write the script, its licence and README.md into static/vendor/."""
    if shutil.which("npm") is None:
        sys.exit("make vendor needs npm (any version) to fetch the package. Install it and try again.")
    with tempfile.TemporaryDirectory() as folder:
        files = unpack(fetch(Path(folder)))
    header = f"/*! {PACKAGE} {VERSION}: {' + '.join(PARTS)}; Zero-Clause BSD, see {LICENCE} */\n"
    script = (header + ";\n".join(files[part].strip() for part in PARTS) + "\n").encode()
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / SCRIPT).write_bytes(script)
    (FOLDER / LICENCE).write_text(files["LICENSE"], encoding="utf-8")
    (FOLDER / "README.md").write_text(
        README.format(
            script=SCRIPT,
            package=PACKAGE,
            version=VERSION,
            licence=LICENCE,
            digest=hashlib.sha256(script).hexdigest(),
            parts="` + `".join(PARTS),
        ),
        encoding="utf-8",
    )


def fetch(folder: Path) -> Path:
    """The package's tarball in `folder`; exits when it isn't the one recorded here."""
    subprocess.run(  # noqa: S603 - fixed arguments
        ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"],  # noqa: S607 - npm is where PATH says
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    tarball = folder / f"{PACKAGE}-{VERSION}.tgz"
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != INTEGRITY:
        sys.exit(f"{PACKAGE} {VERSION} isn't the recorded one: its digest is sha512-{digest}.")
    return tarball


def unpack(tarball: Path) -> dict[str, str]:
    """The texts of the parts and the licence, by their paths inside the package."""
    texts = {}
    with tarfile.open(tarball) as archive:
        for path in (*PARTS, "LICENSE"):
            member = archive.extractfile(f"package/{path}")
            if member is None:
                sys.exit(f"{PACKAGE} {VERSION} has no {path}.")
            texts[path] = member.read().decode()
    return texts


if __name__ == "__main__":
    main()

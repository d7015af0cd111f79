"""`python -m benchmarks [names…]`: run the named benchmarks, or all but the long one; print and keep their figures."""

import argparse

from benchmarks import endure, herd, mixed, page, post, profile, start, streams, ten_thousand
from benchmarks.place import Place
from benchmarks.worlds import SIZES

ALL = {
    "start": start.run,
    "page": page.run,
    "post": post.run,
    "mixed": mixed.run,
    "streams": streams.run,
    "ten_thousand": ten_thousand.run,
    "herd": herd.run,
    "profile": profile.run,
    "endure": endure.run,
}
LONG = {"endure"}  # only when named


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure what README.md describes."
    )
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"one of {', '.join(ALL)}; all but {', '.join(LONG)} without"
    )
    parser.add_argument("--on", choices=SIZES, action="append", help="measure on this world only")
    parser.add_argument("--minutes", type=float, default=30, help="how long endure lasts")
    given = parser.parse_args()
    if unknown := set(given.names) - ALL.keys():
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(ALL)}")
    with Place(given.on or tuple(SIZES), minutes=given.minutes) as place:
        for name in given.names or [name for name in ALL if name not in LONG]:
            ALL[name](place)


if __name__ == "__main__":
    main()

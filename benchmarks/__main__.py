"""`python -m benchmarks [names…]`: run the named benchmarks, or all; print and keep their figures."""

import sys

from benchmarks import mixed, page, post, profile, start, streams
from benchmarks.place import Place

ALL = {
    "start": start.run,
    "page": page.run,
    "post": post.run,
    "mixed": mixed.run,
    "streams": streams.run,
    "profile": profile.run,
}


def main(names: list[str]) -> int:
    if unknown := set(names) - ALL.keys():
        print(f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(ALL)}.")
        return 2
    with Place() as place:
        for name in names or ALL:
            ALL[name](place)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

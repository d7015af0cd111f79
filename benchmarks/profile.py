"""Where the time of one page, one history fragment and one post goes; in one process, inside the server's handler."""

from benchmarks.figures import keep, table
from benchmarks.place import Place


def run(place: Place) -> None:
    found = place.run("benchmarks.inside", place.world)
    keep("profile", found["summary"], database=place.database, parts=found["parts"])
    for what, tables in found["parts"].items():
        for title, rows in tables.items():
            print(f"\n{what}: {title}\n{table(rows)}")

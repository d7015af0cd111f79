"""Where the time of one page, one history fragment, one post, one opening of a stream goes; in one process."""

from benchmarks.figures import keep, table
from benchmarks.place import Place


def run(place: Place) -> None:
    world = place.world(place.names[0])
    found = place.run("benchmarks.inside", world, {"world": world.facts})
    keep("profile", found["summary"], database=place.database, on=world.name, parts=found["parts"])
    for what, tables in found["parts"].items():
        for title, rows in tables.items():
            print(f"\n{what}: {title}\n{table(rows)}")

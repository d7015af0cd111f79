"""16 clients, 20 reads to 1 post: channel pages, and history."""

from benchmarks.asking import ask, row, warm
from benchmarks.figures import keep
from benchmarks.place import Place

READS = 20  # to one post


def run(place: Place) -> None:
    rows = []
    for world in place.worlds:
        with place.server(world.environment) as server:
            for kind, name in (("page", "channel page"), ("history", "history fragment")):
                pattern = [kind] * READS + ["post"]
                warm(place, world, server, pattern)
                answer, meter = ask(place, world, server, pattern, clients=16, seconds=8)
                rows.append(row(f"{name}, 20 to 1 post", kind, answer, meter, on=world, must="> 200/s"))
                rows.append(row("… its posts", "post", answer, meter, on=world))
    keep("mixed", rows, database=place.database, clients=16, reads_to_a_post=READS)

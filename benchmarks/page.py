"""The channel page of 50 messages, warm, and the fragment of older rows: alone and with 16 clients."""

from benchmarks.asking import ask, bound, row, warm
from benchmarks.figures import keep
from benchmarks.place import Place

ALONE, TOGETHER = 4, 8  # seconds


def run(place: Place) -> None:
    rows = []
    for world in place.worlds:
        with place.server(world.environment) as server:
            for kind, name in (("page", "channel page"), ("history", "history fragment")):
                warm(place, world, server, [kind])
                alone = ask(place, world, server, [kind], clients=1, seconds=ALONE)
                rows.append(row(f"{name}, 1 client", kind, *alone, on=world, must="p99 < 40 ms"))
                together = ask(place, world, server, [kind], clients=16, seconds=TOGETHER)
                rows.append(row(f"{name}, 16 clients", kind, *together, on=world))
        rows += bound(place, world, ("page", "history"))
    keep("page", rows, database=place.database, messages=50)

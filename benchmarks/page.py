"""The channel page of 50 messages, warm, and the fragment of older rows: alone and with 16 clients."""

from benchmarks.asking import ask, row, warm
from benchmarks.figures import keep
from benchmarks.place import Place

ALONE, TOGETHER = 4, 8  # seconds


def run(place: Place) -> None:
    rows = []
    with place.server() as server:
        for kind, name in (("page", "channel page"), ("history", "history fragment")):
            warm(place, server, [kind])
            alone = ask(place, server, [kind], clients=1, seconds=ALONE)
            rows.append(row(f"{name}, 1 client", kind, *alone, must="p99 < 40 ms"))
            together = ask(place, server, [kind], clients=16, seconds=TOGETHER)
            rows.append(row(f"{name}, 16 clients", kind, *together, must="> 200/s with 1 post to 20"))
    keep("page", rows, database=place.database, messages=50)

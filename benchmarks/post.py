"""Posting by the page's face, each post with a text of its own: one at a time, 16 at a time, and with a page open.

Where no stream is open nothing reads the log; in use one always is, so that is a row of its own.
"""

from benchmarks.asking import ask, row, warm
from benchmarks.figures import keep
from benchmarks.place import Place
from benchmarks.streams import ours, screens


def run(place: Place) -> None:
    with place.server() as server:
        warm(place, server, ["post"])
        alone = ask(place, server, ["post"], clients=1, seconds=4)
        together = ask(place, server, ["post"], clients=16, seconds=8)
        with screens(place, ours(place, server)) as client:
            client.do("open", count=1, at_once=1)
            watched = ask(place, server, ["post"], clients=16, seconds=8, watching=client.process.pid)
    rows = [
        row("post, 1 at a time", "post", *alone),
        row("post, 16 at a time", "post", *together, must="> 200/s, p99 < 150 ms"),
        row("… with a page open in the channel", "post", *watched),
    ]
    keep("post", rows, database=place.database)

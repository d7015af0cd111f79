"""Posting by the page's face, each post with a text of its own: one at a time, and 16 at a time."""

from benchmarks.asking import ask, row
from benchmarks.figures import keep
from benchmarks.place import Place


def run(place: Place) -> None:
    with place.server() as server:
        ask(place, server, ["post"], clients=16, seconds=10, requests=100)
        alone = ask(place, server, ["post"], clients=1, seconds=4)
        together = ask(place, server, ["post"], clients=16, seconds=8)
    rows = [
        row("post, 1 at a time", "post", *alone),
        row("post, 16 at a time", "post", *together, must="> 200/s, p99 < 150 ms"),
    ]
    keep("post", rows, database=place.database)

"""Posting by each face, each post with a text of its own: the page's form one at a time, 16 at a time, and with a page
open; the action alone; and `manage.py post`, a process for each.

Where no stream is open nothing reads the log; in use one always is, so that is a row of its own.
"""

import subprocess
import sys
import time

from benchmarks.asking import ask, bound, row, warm
from benchmarks.figures import Row, keep, spread
from benchmarks.machine import ROOT, quietest_of
from benchmarks.place import Place
from benchmarks.streams import in_one_channel, screens
from benchmarks.texts import body
from benchmarks.worlds import World

COMMANDS = 5


def run(place: Place) -> None:
    rows = []
    for world in place.worlds:
        with place.server(world.environment) as server:
            warm(place, world, server, ["post"])
            alone = ask(place, world, server, ["post"], clients=1, seconds=4)
            together = ask(place, world, server, ["post"], clients=16, seconds=8)
            with screens(in_one_channel(world, server.port)) as client:
                client.do("open", count=1, at_once=1)
                watched = ask(
                    place, world, server, ["post"], clients=16, seconds=8, watching=client.process.pid
                )
            rows += [
                row("page's form, 1 at a time", "post", *alone, on=world),
                row("page's form, 16 at a time", "post", *together, on=world, must="> 200/s, p99 < 150 ms"),
                row("… with a page open in the channel", "post", *watched, on=world),
                commands(world),
            ]
        rows += bound(place, world, ("post",))
    keep("post", rows, database=place.database)


def commands(world: World) -> Row:
    """`manage.py post`, one after the other, each a process of its own: most of it is Python's start."""

    def measure() -> list[float]:
        took = []
        for number in range(COMMANDS):
            began = time.monotonic()
            subprocess.run(
                [sys.executable, "manage.py", "post", "--organization", world["slug"], "--channel",
                 world["channel_name"], "--as", world["author"], body(number)],
                cwd=ROOT, env=world.environment, check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
            took.append((time.monotonic() - began) * 1000)
        return took

    took, others = quietest_of(measure)
    return {
        "what": "manage.py post, a process each",
        "on": world.name,
        "requests": len(took),
        "req/s": round(1000 * len(took) / sum(took), 1),
        **spread(took),
        "others' share": others,
    }

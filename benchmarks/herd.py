"""The server is restarted under ten thousand open pages, and messages are posted while it's away: all come back
within seconds, each by the Last-Event-ID that it saw. How long until all are live, and have every message once."""

import time

from benchmarks.figures import Row, keep, percentile, spread
from benchmarks.machine import Meter, wait_until_quiet
from benchmarks.place import Place, free_port
from benchmarks.streams import in_one_channel, screens
from benchmarks.worlds import World

STREAMS, AT_ONCE = 10_000, 128
MISSED = 10  # messages posted while no server runs, by another process
RATE = 2.0  # posts a second while they come back
WITHIN = 4.0  # seconds in which they try again: a page that was refused for some seconds waits as long, give or take
PATIENCE = 120  # seconds


def run(place: Place) -> None:
    rows = [measure(place, world) for world in place.worlds]
    keep("herd", rows, database=place.database, missed=MISSED, rate=RATE, within=WITHIN)


def measure(place: Place, world: World) -> Row:
    port = free_port()
    with screens(in_one_channel(world, port)) as client:
        with place.server(world.environment, port=port):
            client.do("open", count=STREAMS, at_once=AT_ONCE)
            client.do("publish", rate=RATE, seconds=2)
            stopping = time.monotonic()
        stopped = time.monotonic() - stopping
        missed = client.do("take_numbers", count=MISSED)["numbers"]
        place.run("benchmarks.saying", world, {"world": world.facts, "numbers": missed})
        wait_until_quiet()
        with place.server(world.environment, port=port) as server:
            meter = Meter(server.pid, client.process.pid)
            told = client.do("come_back", missed=missed, rate=RATE, seconds=PATIENCE, within=WITHIN)
            read = meter.read()
    back = spread(told["took"])
    return {
        "what": f"{STREAMS:,} come back" if told["all back"] else f"only {len(told['took']):,} came back",
        "on": world.name,
        "all caught up, s": round(told["seconds"], 1),
        "with the server's start, s": round(told["seconds"] + server.seconds, 1),
        "half of them, s": round(percentile(told["took"], 0.5) / 1000, 1),
        "last, s": round(back["max ms"] / 1000, 1),
        "posts": told["posts"],
        "delivered": told["delivered"],
        "lost": told["lost"],
        "doubled": told["doubled"] + told["wrong"],
        "CPU ms a stream": round(read["server_cpu"] / STREAMS * 1000, 2),
        "client CPU": f"{told['client CPU'] / read['seconds']:.0%}",
        "stopped in, s": round(stopped, 1),
        "must": "< 20 s, none lost",
        "others' share": read["others"],
        "load": read["load"],
    }

"""Half an hour of load on one server: screens that stay, streams that come and go, posts, pages. Does memory stay flat?

`--minutes` makes it shorter. The first quarter warms up what is kept; growth is the line through the rest.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.asking import slowly
from benchmarks.figures import Row, keep, percentile
from benchmarks.machine import Meter, resident
from benchmarks.place import Place
from benchmarks.streams import Client, in_one_channel, screens

SCREENS = 500
POSTS, PASSING, PAGES = 5.0, 5.0, 8.0  # a second
EACH = 50.0  # seconds of one stretch
SAMPLE = 5.0  # seconds
MB = 1 << 20


def run(place: Place) -> None:
    world = place.world(place.names[-1])
    with place.server(world.environment) as server, screens(in_one_channel(world, server.port)) as client:
        client.do("open", count=SCREENS, at_once=32)
        meter, began = Meter(server.pid, client.process.pid), time.monotonic()
        samples: list[tuple[float, int]] = []
        stretches: list[dict[str, Any]] = []
        pages = 0
        with Sampling(server.pid, samples), ThreadPoolExecutor(1) as other:
            while time.monotonic() - began < place.minutes * 60:
                reading = other.submit(
                    slowly, place, world, server, ["page", "history"], rate=PAGES, seconds=EACH
                )
                stretches.append(stretch(client))
                pages += sum(map(len, reading.result()["took"].values()))
                print(f"{time.monotonic() - began:5.0f} s: {samples[-1][1] / MB:.0f} MB", flush=True)
        read = meter.read()
    keep("endure", [row(samples, stretches, pages, read) | {"on": world.name}], database=place.database,
         megabytes=[[round(at), round(size / MB, 1)] for at, size in samples])  # fmt: skip


def stretch(client: Client) -> dict[str, Any]:
    told = client.do("publish", rate=POSTS, seconds=EACH, passing=PASSING)
    return {name: told[name] for name in ("posts", "delivered", "lost", "doubled", "wrong", "from post")}


def row(
    samples: list[tuple[float, int]], stretches: list[dict[str, Any]], pages: int, read: dict[str, float]
) -> Row:
    warm = [sample for sample in samples if sample[0] > samples[-1][0] / 4]
    took = [time for stretch in stretches for time in stretch["from post"]]
    total = {
        name: sum(stretch[name] for stretch in stretches)
        for name in ("posts", "delivered", "lost", "doubled")
    }
    return {
        "what": f"{SCREENS} screens, {POSTS:g} posts/s, {PASSING:g} streams/s that pass, {PAGES:g} pages/s",
        "minutes": round(read["seconds"] / 60, 1),
        **total,
        "pages": pages,
        "delivery p50 ms": round(percentile(took, 0.5), 1),
        "delivery p99 ms": round(percentile(took, 0.99), 1),
        "MB at first": round(samples[0][1] / MB, 1),
        "MB after a quarter": round(warm[0][1] / MB, 1),
        "MB at the end": round(samples[-1][1] / MB, 1),
        "growth, KB a minute": round(slope(warm) * 60 / 1024, 1),
        "server CPU": f"{read['server_cpu'] / read['seconds']:.0%}",
        "others' share": read["others"],
    }


def slope(samples: list[tuple[float, int]]) -> float:
    """The bytes a second of the straight line nearest to the samples."""
    count = len(samples)
    mean_at, mean_size = (sum(column) / count for column in zip(*samples, strict=True))
    across: float = sum((at - mean_at) * (size - mean_size) for at, size in samples)
    return across / (sum((at - mean_at) ** 2 for at, _size in samples) or 1)


class Sampling:
    """Notes a process's resident memory every few seconds, with the seconds since it began."""

    def __init__(self, pid: int, samples: list[tuple[float, int]]) -> None:
        self.pid, self.samples = pid, samples
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self.thread.join()

    def run(self) -> None:
        began = time.monotonic()
        while True:
            self.samples.append((time.monotonic() - began, resident(self.pid)))
            if self.over.wait(SAMPLE):
                return

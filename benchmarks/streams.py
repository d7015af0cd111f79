"""Posts on many screens: how soon, how surely, and what a stream and a delivery cost; in one channel, and in a hundred.

nginx with nchan, given the same bytes by the same client, is the bound of what delivery can be on this machine.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks import nchan
from benchmarks.figures import Row, keep, percentile, spread
from benchmarks.machine import ROOT, Meter, quietest, resident, wait_until_quiet
from benchmarks.place import Place
from benchmarks.worlds import World, environ

LOADS = ((1_000, 10.0, 1), (1_000, 50.0, 100), (5_000, 2.0, 1))  # streams, posts a second, channels
SECONDS = 10.0
AT_ONCE = 32  # streams under way while opening
MUST = "p99 < 100 ms, none lost"


class Client:
    """The process of screens, phase by phase."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def do(self, phase: str, **how: Any) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps({"do": phase, **how}), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("The screens' process ended.")
        answer: dict[str, Any] = json.loads(line)
        return answer


def run(place: Place) -> None:
    rows = []
    for world in place.worlds:
        rows += [ours(place, world, *load) for load in LOADS]
    rows += bounds(place, LOADS[0][:2])
    keep("streams", rows, database=place.database, seconds=SECONDS, at_once=AT_ONCE)


def ours(
    place: Place, world: World, streams: int, rate: float, channels: int, *, at_once: int = AT_ONCE
) -> Row:
    """A row of figures of our server."""
    with place.server(world.environment) as server:
        job = in_one_channel(world, server.port) if channels == 1 else in_rooms(world, server.port)
        with screens(job) as client:
            client.do("publish", rate=rate, seconds=3)  # warm, with nobody listening
            _told, idle = publish(client, server.pid, rate=rate, seconds=5)
            a_post = idle["server_cpu"] / (5 * rate)
            row = measure(client, server.pid, streams=streams, rate=rate, a_post=a_post, at_once=at_once)
    where = "" if channels == 1 else f" in {channels} channels"
    return {
        "server": "WorkChat",
        "what": f"{streams:,} screens{where} × {rate:g} posts/s",
        "on": world.name,
        **row,
        "must": MUST if (streams, channels) == (1_000, 1) else "< 30 KB" if streams >= 10_000 else "",
    }


def bounds(place: Place, *loads: tuple[int, float], at_once: int = AT_ONCE) -> list[Row]:
    """The same on nginx with nchan; a sentence and no row where it's missing."""
    if (missing := nchan.missing()) is not None:
        print(missing)
        return []
    rows = []
    sessions = place.world(place.names[0])["sessions"]
    for streams, rate in loads:
        with nchan.server(place.folder) as (port, pid), screens(nchan.job(sessions, port)) as client:
            row = measure(client, pid, streams=streams, rate=rate, a_post=0, at_once=at_once)
        rows.append(
            {"server": "nginx nchan, the bound", "what": f"{streams:,} screens × {rate:g} posts/s", **row}
        )
    return rows


def measure(
    client: Client,
    pid: int,
    *,
    streams: int,
    rate: float,
    a_post: float,
    at_once: int,
    seconds: float = SECONDS,
) -> Row:
    """Open the streams, then post; `a_post` is the CPU of one post that nobody hears, in seconds."""
    wait_until_quiet()
    before, meter = resident(pid), Meter(pid, client.process.pid)
    opened = client.do("open", count=streams, at_once=at_once)
    cost = meter.read()
    told, read = publish(client, pid, rate=rate, seconds=seconds)
    delivering = read["server_cpu"] - told["posts"] * a_post
    return {
        **spread(told["from post"]),
        "from answer p99 ms": round(percentile(told["from answer"], 0.99), 1),
        "answer p50 ms": round(percentile(told["answer"], 0.5), 1),
        "delivered": told["delivered"],
        "lost": told["lost"],
        "doubled": told["doubled"] + told["wrong"],
        "CPU µs a delivery": round(delivering / max(1, told["delivered"]) * 1e6, 1),
        "a post alone, CPU ms": round(a_post * 1000, 1),
        "server CPU": f"{read['server_cpu'] / read['seconds']:.0%}",
        "client CPU": f"{told['client CPU'] / read['seconds']:.0%}",
        "KB a stream": round((resident(pid) - before) / streams / 1024, 1),
        "opened a second": round(streams / opened["seconds"]),
        "opening CPU ms": round(cost["server_cpu"] / streams * 1000, 2),
        "opening p99 ms": round(percentile(opened["took"], 0.99)),
        "others' share": read["others"],
        "load": read["load"],
    }


def publish(
    client: Client, pid: int, *, rate: float, seconds: float
) -> tuple[dict[str, Any], dict[str, float]]:
    def measure() -> tuple[dict[str, Any], dict[str, float]]:
        meter = Meter(pid, client.process.pid)
        told = client.do("publish", rate=rate, seconds=seconds)
        return told, meter.read()

    return quietest(measure)


def in_one_channel(world: World, port: int) -> dict[str, Any]:
    """The screens' job on our server: everyone in one channel, each with a session of their own."""
    return job(world, port, [world["channel"]])


def in_rooms(world: World, port: int) -> dict[str, Any]:
    """The same with everyone in the one room of a hundred that they're in."""
    return job(world, port, world["rooms"])


def job(world: World, port: int, channels: list[int]) -> dict[str, Any]:
    here = f"/o/{world['slug']}"
    return {
        "port": port,
        "sessions": world["sessions"],
        "cookie": world["cookie"],
        "csrf_cookie": world["csrf_cookie"],
        "places": [
            {"stream": f"{here}/events?channel={pk}", "post": f"{here}/c/{pk}/messages/"} for pk in channels
        ],
        "live": "event: position",
        "content": "client_id=s{number}&body={text}",
        "statuses": [200],
    }


@contextmanager
def screens(job: dict[str, Any]) -> Iterator[Client]:
    command = [sys.executable, "-m", "benchmarks.screens"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environ(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        print(json.dumps(job), file=process.stdin, flush=True)
        try:
            yield Client(process)
        finally:
            process.stdin.close()
            process.wait(timeout=20)

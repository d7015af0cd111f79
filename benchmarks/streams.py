"""A post on 1,000 screens of one channel: how soon, how surely, and what a stream and a delivery cost.

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
from benchmarks.place import Place, Server

LOADS = ((1_000, 10.0), (5_000, 2.0))  # streams, posts a second
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
    deliveries, openings = [], []
    for streams, rate in LOADS:
        with place.server() as server, screens(place, ours(place, server)) as client:
            client.do("publish", rate=rate, seconds=3)  # warm, with nobody listening
            _told, idle = publish(client, server.pid, rate=rate, seconds=5)
            a_post = idle["server_cpu"] / (5 * rate)
            opening, delivery = measure(client, server.pid, streams=streams, rate=rate, a_post=a_post)
            must = MUST if streams == LOADS[0][0] else ""
            deliveries.append({"server": "WorkChat", **delivery, "must": must})
            openings.append({"server": "WorkChat", **opening, "must": "< 30 KB"})
    if (missing := nchan.missing()) is None:
        streams, rate = LOADS[0]
        with (
            nchan.server(place.folder) as (port, pid),
            screens(place, nchan.job(place.world, port)) as client,
        ):
            opening, delivery = measure(client, pid, streams=streams, rate=rate, a_post=0)
            deliveries.append({"server": "nginx nchan", **delivery})
            openings.append({"server": "nginx nchan", **opening})
    else:
        print(missing)
    keep("streams", deliveries, database=place.database, bound=missing or "nchan", seconds=SECONDS)
    keep("opening", openings, database=place.database, at_once=AT_ONCE)


def measure(client: Client, pid: int, *, streams: int, rate: float, a_post: float) -> tuple[Row, Row]:
    """Open the streams, then post; `a_post` is the CPU of one post that nobody hears, in seconds."""
    wait_until_quiet()
    before, meter = resident(pid), Meter(pid, client.process.pid)
    opened = client.do("open", count=streams, at_once=AT_ONCE)
    cost = meter.read()
    opening: Row = {
        "what": f"{streams:,} streams opened",
        "a second": round(streams / opened["seconds"]),
        **spread(opened["took"]),
        "CPU ms": round(cost["server_cpu"] / streams * 1000, 2),
        "KB a stream": round((resident(pid) - before) / streams / 1024, 1),
        "others' share": cost["others"],
    }
    told, read = publish(client, pid, rate=rate, seconds=SECONDS)
    delivering = read["server_cpu"] - told["posts"] * a_post
    return opening, {
        "what": f"{streams:,} screens × {rate:g} posts/s",
        **spread(told["from post"]),
        "from answer p99 ms": round(percentile(told["from answer"], 0.99), 1),
        "answer p50 ms": round(percentile(told["answer"], 0.5), 1),
        "delivered": told["delivered"],
        "lost": told["lost"],
        "doubled": told["doubled"] + told["wrong"],
        "CPU µs a delivery": round(delivering / max(1, told["delivered"]) * 1e6, 1),
        "a post alone, CPU ms": round(a_post * 1000, 1),
        "server CPU": f"{read['server_cpu'] / read['seconds']:.0%}",
        "KB a stream": round((resident(pid) - before) / streams / 1024, 1),
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


def ours(place: Place, server: Server) -> dict[str, Any]:
    """The screens' job on our server: everyone in one channel, everyone with a session of their own."""
    world = place.world
    here = f"/o/{world['slug']}"
    return {
        "port": server.port,
        "sessions": world["sessions"],
        "cookie": world["cookie"],
        "csrf_cookie": world["csrf_cookie"],
        "stream": f"{here}/events?channel={world['channel']}",
        "live": "event: position",
        "post": f"{here}/c/{world['channel']}/messages/",
        "content": "client_id=s{number}&body={text}",
        "statuses": [200],
    }


@contextmanager
def screens(place: Place, job: dict[str, Any]) -> Iterator[Client]:
    command = [sys.executable, "-m", "benchmarks.screens"]
    with subprocess.Popen(
        command, cwd=ROOT, env=place.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        print(json.dumps(job), file=process.stdin, flush=True)
        try:
            yield Client(process)
        finally:
            process.stdin.close()
            process.wait(timeout=20)

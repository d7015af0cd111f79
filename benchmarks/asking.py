"""Requests at a server that runs: one load, measured, as a row of figures."""

import itertools
from collections.abc import Sequence
from typing import Any

from benchmarks.figures import Row, spread
from benchmarks.machine import Meter, quietest
from benchmarks.place import Place, Server
from benchmarks.worlds import World

_rounds = itertools.count()


def warm(place: Place, world: World, server: Server, pattern: Sequence[str]) -> None:
    """A hundred requests that aren't measured."""
    _load(place, world, server, pattern, clients=16, seconds=10, requests=100)


def ask(
    place: Place,
    world: World,
    server: Server,
    pattern: Sequence[str],
    *,
    clients: int,
    seconds: float,
    watching: int = 0,
) -> tuple[dict[str, Any], dict[str, float]]:
    """Have `clients` go through `pattern` for `seconds`; returns the load's answer and the meter's.

    `watching` is the id of a process of ours that goes on meanwhile.

    Raises:
        RuntimeError: a request was answered by anything but 200.
    """

    def measure() -> tuple[dict[str, Any], dict[str, float]]:
        meter = Meter(server.pid, *([watching] if watching else []))
        answer = _load(place, world, server, pattern, clients=clients, seconds=seconds)
        return answer, meter.read()

    return quietest(measure)


def slowly(
    place: Place, world: World, server: Server, pattern: Sequence[str], *, rate: float, seconds: float
) -> dict[str, Any]:
    """About `rate` requests a second by four clients who pause in between; the load's answer."""
    return _load(place, world, server, pattern, clients=4, seconds=seconds, pause=4 / rate)


def row(
    what: str, kind: str, answer: dict[str, Any], meter: dict[str, float], *, on: World, must: str = ""
) -> Row:
    """One kind of request of a load."""
    took = answer["took"][kind]
    everything = sum(map(len, answer["took"].values()))
    return {
        "what": what,
        "on": on.name,
        "requests": len(took),
        "req/s": round(len(took) / answer["seconds"], 1),
        **spread(took),
        "CPU ms": round(meter["server_cpu"] / everything * 1000, 2),
        "must": must,
        "others' share": meter["others"],
        "load": meter["load"],
    }


def bound(place: Place, world: World, kinds: Sequence[str]) -> list[Row]:
    """What the same requests take in bare SQL, on the same database."""
    found = place.run("benchmarks.bounds", world, {"world": world.facts, "kinds": list(kinds)})
    return [{"what": row["what"], "on": world.name, **row} for row in found]


def _load(
    place: Place,
    world: World,
    server: Server,
    pattern: Sequence[str],
    *,
    clients: int,
    seconds: float,
    requests: int = 100_000,
    pause: float = 0,
) -> dict[str, Any]:
    here = f"/o/{world['slug']}/c/{world['channel']}/"
    job = {
        "port": server.port,
        "sessions": world["sessions"][:clients],
        "cookie": world["cookie"],
        "csrf_cookie": world["csrf_cookie"],
        "pattern": list(pattern),
        "paths": {
            "page": here,
            "history": f"{here}history/?before={world['before']}",
            "post": f"{here}messages/",
            "sidebar": f"/o/{world['slug']}/sidebar/",
        },
        "round": next(_rounds),
        "seconds": seconds,
        "requests": requests,
        "pause": pause,
    }
    answer: dict[str, Any] = place.run("benchmarks.load", world, job, seconds=seconds + 60)
    if answer["failed"]:
        raise RuntimeError(f"Not all were answered by 200: {answer['failed']}")
    return answer

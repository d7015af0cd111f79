"""Requests at a server that runs: one load, measured, as a row of figures."""

import itertools
from collections.abc import Sequence
from typing import Any

from benchmarks.figures import Row, spread
from benchmarks.machine import Meter, quietest
from benchmarks.place import Place, Server

_rounds = itertools.count()


def warm(place: Place, server: Server, pattern: Sequence[str]) -> None:
    """A hundred requests that aren't measured."""
    _load(place, server, pattern, clients=16, seconds=10, requests=100)


def ask(
    place: Place, server: Server, pattern: Sequence[str], *, clients: int, seconds: float, watching: int = 0
) -> tuple[dict[str, Any], dict[str, float]]:
    """Have `clients` go through `pattern` for `seconds`; returns the load's answer and the meter's.

    `watching` is the id of a process of ours that goes on meanwhile.

    Raises:
        RuntimeError: a request was answered by anything but 200.
    """

    def measure() -> tuple[dict[str, Any], dict[str, float]]:
        meter = Meter(server.pid, *([watching] if watching else []))
        answer = _load(place, server, pattern, clients=clients, seconds=seconds)
        return answer, meter.read()

    return quietest(measure)


def row(what: str, kind: str, answer: dict[str, Any], meter: dict[str, float], *, must: str = "") -> Row:
    """One kind of request of a load."""
    took = answer["took"][kind]
    everything = sum(map(len, answer["took"].values()))
    return {
        "what": what,
        "requests": len(took),
        "req/s": round(len(took) / answer["seconds"], 1),
        **spread(took),
        "CPU ms": round(meter["server_cpu"] / everything * 1000, 2),
        "must": must,
        "others' share": meter["others"],
        "load": meter["load"],
    }


def _load(
    place: Place,
    server: Server,
    pattern: Sequence[str],
    *,
    clients: int,
    seconds: float,
    requests: int = 100_000,
) -> dict[str, Any]:
    world = place.world
    here = f"/o/{world['slug']}/c/{world['channel']}/"
    job = {
        "port": server.port,
        "sessions": world["sessions"][:clients],
        "cookie": world["cookie"],
        "csrf_cookie": world["csrf_cookie"],
        "pattern": list(pattern),
        "paths": {
            "page": here,
            "history": f"{here}history/?before=10000",
            "post": f"{here}messages/",
            "sidebar": f"/o/{world['slug']}/sidebar/",
        },
        "round": next(_rounds),
        "seconds": seconds,
        "requests": requests,
    }
    answer: dict[str, Any] = place.run("benchmarks.load", job, seconds=seconds + 60)
    if answer["failed"]:
        raise RuntimeError(f"Not all were answered by 200: {answer['failed']}")
    return answer

"""From the command to the first 200 of /health: with nothing there, with an empty database, once more, and at 1M."""

import os
import subprocess
import sys

from benchmarks.figures import Row, keep, percentile
from benchmarks.machine import ROOT, wait_until_quiet
from benchmarks.place import Place

ROUNDS = 3


def run(place: Place) -> None:
    load = round(os.getloadavg()[0], 2)
    took: dict[str, list[float]] = {"no database yet": [], "migrated, empty": [], "second start": []}
    for _round in range(ROUNDS):
        took["no database yet"].append(start(place, place.databases.fresh()))
        migrated = place.databases.fresh()
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=migrated, check=True)
        took["migrated, empty"].append(start(place, migrated))
        took["second start"].append(start(place, migrated))
        if "1M" in place.names:
            full = took.setdefault("1,000,000 messages", [])
            full.append(start(place, place.world("1M").environment))
    rows: list[Row] = [
        {
            "what": what,
            "median s": round(percentile(seconds, 0.5), 2),
            "slowest s": round(max(seconds), 2),
            "must": "< 3 s" if what == "no database yet" else "",
            "load": load,
        }
        for what, seconds in took.items()
    ]
    keep("start", rows, database=place.database, rounds=ROUNDS)


def start(place: Place, environment: dict[str, str]) -> float:
    wait_until_quiet()
    with place.server(environment) as server:
        return server.seconds

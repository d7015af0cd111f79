"""The machine that a figure was taken on: what it is, what runs on it, and how busy others kept it meanwhile."""

import os
import platform
import resource
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")  # units of CPU time a second
PAGE = os.sysconf("SC_PAGE_SIZE")  # bytes
QUIET = 0.1  # of all cores: what others may take while it counts as quiet
PATIENCE, TRIES = 20, 3  # seconds to wait for quiet; times to measure for want of it
T = TypeVar("T")


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "cores": os.cpu_count(),
        "cpu": cpu_model(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "pace": pace(),
        "commit": git("rev-parse", "--short", "HEAD"),
        "uncommitted": len(git("status", "--porcelain", "--", ".", ":!benchmarks").splitlines()),
    }


def pace() -> float:
    """The CPU milliseconds of a million additions in Python: what to compare two machines, or two hours, by."""
    began, total = time.process_time(), 0
    for number in range(1_000_000):
        total += number
    return round((time.process_time() - began) * 1000)


def cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def cpu_seconds(pid: int) -> float:
    """The CPU time that a process has used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident(pid: int) -> int:
    """The memory that a process holds, in bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


def threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


class Meter:
    """What one stretch of a benchmark took: seconds, the server's CPU, and the share that others had of all cores."""

    def __init__(self, pid: int, *ours: int) -> None:
        """Of the server `pid`; `ours` are processes of the benchmark that don't end meanwhile."""
        self.pid, self.ours = pid, ours
        self.load = os.getloadavg()[0]
        self.began, self.before = time.monotonic(), self.readings()

    def readings(self) -> tuple[float, float, float]:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        ours = children.ru_utime + children.ru_stime + sum(map(cpu_seconds, self.ours))
        return busy_seconds(), cpu_seconds(self.pid), ours

    def read(self) -> dict[str, float]:
        """What it took; other processes of the benchmark have to have ended, or they count as others."""
        seconds = time.monotonic() - self.began
        every, server, ours = (now - then for now, then in zip(self.readings(), self.before, strict=True))
        others = max(0.0, every - server - ours) / seconds / (os.cpu_count() or 1)
        return {
            "seconds": seconds,
            "server_cpu": server,
            "others": round(others, 2),
            "load": round(self.load, 2),
        }


def busy_seconds() -> float:
    """The CPU time that all processes together have used, and what the host took, in seconds."""
    user, nice, system, _idle, _wait, irq, soft, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + soft + steal) / TICK


def wait_until_quiet() -> None:
    """Wait until others leave the machine alone for a moment; not for longer than PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        before, began = busy_seconds(), time.monotonic()
        time.sleep(1)
        if busy_seconds() - before < QUIET * (time.monotonic() - began) * (os.cpu_count() or 1):
            return


def quietest(measure: Callable[[], tuple[T, dict[str, float]]]) -> tuple[T, dict[str, float]]:
    """What `measure` returns, a meter's reading with it, of the try in which others were busy least.

    A try in which they took less than QUIET is the last one; there are at most TRIES.
    """
    best: tuple[T, dict[str, float]] | None = None
    for _try in range(TRIES):
        wait_until_quiet()
        found = measure()
        if best is None or found[1]["others"] < best[1]["others"]:
            best = found
        if best[1]["others"] < QUIET:
            break
    assert best
    return best


def quietest_of(measure: Callable[[], T]) -> tuple[T, float]:
    """The same for what starts all its processes itself: what it returns, and the share that others had."""

    def metered() -> tuple[T, dict[str, float]]:
        began, busy, ours = time.monotonic(), busy_seconds(), children_seconds()
        found = measure()
        seconds = time.monotonic() - began
        others = max(0.0, busy_seconds() - busy - (children_seconds() - ours))
        return found, {"others": round(others / seconds / (os.cpu_count() or 1), 2)}

    found, meter = quietest(metered)
    return found, meter["others"]


def children_seconds() -> float:
    """The CPU time of this process and of its children that have ended."""
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime

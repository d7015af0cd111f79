"""The machine that a figure was taken on: what it is, what runs on it, and how busy others kept it meanwhile."""

import os
import platform
import resource
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")  # units of CPU time a second
PAGE = os.sysconf("SC_PAGE_SIZE")  # bytes


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "cores": os.cpu_count(),
        "cpu": cpu_model(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "commit": git("rev-parse", "--short", "HEAD"),
        "uncommitted": len(git("status", "--porcelain", "--", ".", ":!benchmarks").splitlines()),
    }


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

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.began, self.before = time.monotonic(), self.readings()
        self.load = os.getloadavg()[0]

    def readings(self) -> tuple[float, float, float]:
        busy = Path("/proc/stat").read_text().split(maxsplit=9)[1:9]
        user, nice, system, _idle, _wait, irq, soft, steal = map(int, busy)
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        all_of_it = (user + nice + system + irq + soft + steal) / TICK
        return all_of_it, cpu_seconds(self.pid), children.ru_utime + children.ru_stime

    def read(self) -> dict[str, float]:
        """Call it when the load's process has ended, so that its time isn't taken for others'."""
        seconds = time.monotonic() - self.began
        every, server, ours = (now - then for now, then in zip(self.readings(), self.before, strict=True))
        others = max(0.0, every - server - ours) / seconds / (os.cpu_count() or 1)
        return {
            "seconds": seconds,
            "server_cpu": server,
            "others": round(others, 2),
            "load": round(self.load, 2),
        }

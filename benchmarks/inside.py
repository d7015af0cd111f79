"""One request after the other inside the server's own handler, timed, sampled and counted; run as a process.

Reads the world on standard input and answers JSON: a summary, and for each kind of request where its time goes.
"""

import cProfile
import io
import json
import pstats
import sys
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from benchmarks.bare_sql import Statements, replay  # noqa: E402
from benchmarks.figures import Row, percentile  # noqa: E402
from benchmarks.machine import ROOT  # noqa: E402
from benchmarks.sampling import Sampler  # noqa: E402
from benchmarks.texts import body  # noqa: E402
from chat.live.opening import open_stream  # noqa: E402
from workchat_site.handler import PooledHandler  # noqa: E402

TIMES = 200
WATCHED = ("reverse", "render_annotated", "icon", "avatar", "gettext", "translate", "get_wsgi_response")


class Requests:
    """Requests as daphne hands them over, answered in this thread."""

    def __init__(self, world: dict[str, Any]) -> None:
        self.world, self.handler, self.number = world, PooledHandler(), 0
        self.here = f"/o/{world['slug']}/c/{world['channel']}/"

    def page(self) -> int:
        return self.ask("GET", self.here)

    def history(self) -> int:
        return self.ask("GET", f"{self.here}history/", query=f"before={self.world['before']}".encode())

    def post(self) -> int:
        self.number += 1
        text = f"client_id=inside-{self.number}&body={body(self.number)}".replace(" ", "+")
        return self.ask("POST", f"{self.here}messages/", content=text.encode())

    def opening(self) -> int:
        """What a stream's opening reads; daphne's part of it isn't in here."""
        scope = self.scope("GET", self.here, query=f"channel={self.world['channel']}".encode())
        return len(open_stream(scope, self.world["slug"]).replay)

    def ask(self, method: str, path: str, *, query: bytes = b"", content: bytes = b"") -> int:
        scope = self.scope(method, path, query=query, content=content)
        response, parts = self.handler.respond(scope, io.BytesIO(content))
        if response.status_code != 200:
            raise RuntimeError(f"{path} was answered by {response.status_code}.")
        return len(b"".join(parts))

    def scope(self, method: str, path: str, *, query: bytes = b"", content: bytes = b"") -> dict[str, Any]:
        world = self.world
        cookie = f"{world['cookie']}={world['sessions'][0]}; {world['csrf_cookie']}={'c' * 32}"
        headers = {
            "host": "127.0.0.1",
            "accept-language": "en",
            "cookie": cookie,
            "user-agent": "Firefox/140.0",
        }
        if content:
            headers |= {
                "hx-request": "true",
                "x-csrftoken": "c" * 32,
                "content-type": "application/x-www-form-urlencoded",
                "content-length": str(len(content)),
            }
        return {
            "type": "http",
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query,
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ["127.0.0.1", 1],
            "server": ["127.0.0.1", 8000],
        }


def measure(what: str, ask: Callable[[], int]) -> tuple[Row, dict[str, list[Row]]]:
    for _warm in range(30):
        size = ask()
    took, cpu = [], time.thread_time()
    for _time in range(TIMES):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    cpu = (time.thread_time() - cpu) / TIMES * 1000
    statements = Statements()
    with connection.execute_wrapper(statements):
        ask()
    summary: Row = {
        "what": what,
        "KB": round(size / 1024, 1),
        "p50 ms": round(percentile(took, 0.5), 2),
        "p99 ms": round(percentile(took, 0.99), 2),
        "CPU ms": round(cpu, 2),
        "queries": len(statements.seen),
        "reads in bare SQL, ms": replay(statements.reads),
    }
    sampler = Sampler()
    with sampler:
        for _time in range(TIMES):
            ask()
    return summary, {
        "by what is done": sampler.shares("kind", cpu),
        "by whose it is": sampler.shares("owner", cpu)[:25],
        "queries": statements.rows(),
        "calls": calls(ask),
    }


def calls(ask: Callable[[], int]) -> list[Row]:
    """How often a request calls our functions, and a few of Django's; times are inflated by the counting."""
    profiler = cProfile.Profile()
    profiler.enable()
    for _time in range(20):
        ask()
    profiler.disable()
    found = []
    for (file, line, name), (_direct, count, _own, cumulative, _by) in pstats.Stats(profiler).stats.items():  # type: ignore[attr-defined]
        ours = file.startswith(str(ROOT)) and ".venv" not in file and "benchmarks" not in file
        if ours or name in WATCHED:
            place = f"{file.removeprefix(str(ROOT)).rpartition('site-packages')[2].lstrip('/')}:{line} {name}"
            found.append(
                {"what": place, "calls": count / 20, "ms with what it calls": round(cumulative * 50, 2)}
            )
    found.sort(key=lambda row: -float(str(row["ms with what it calls"])))
    return found[:30]


def main() -> None:
    requests = Requests(json.load(sys.stdin)["world"])
    parts, summary = {}, []
    for ask in (requests.page, requests.history, requests.post, requests.opening):
        row, parts[ask.__name__] = measure(ask.__name__, ask)
        summary.append(row)
    json.dump({"summary": summary, "parts": parts}, sys.stdout)


if __name__ == "__main__":
    main()

"""The load: a process of its own that asks over keep-alive connections, each asking again when it's answered.

It reads a job from standard input and answers JSON: per kind of request the milliseconds of each, and what failed.
Raw sockets by asyncio, so that it costs the machine a fraction of what it measures; 127.0.0.1 only.
"""

import asyncio
import json
import sys
import time
from typing import Any
from urllib.parse import urlencode

from benchmarks.texts import body

MOST_CLIENTS, MOST_SECONDS, MOST_REQUESTS = 64, 60, 100_000


class Load:
    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job
        self.requests = min(job.get("requests", MOST_REQUESTS), MOST_REQUESTS)
        self.deadline = time.monotonic() + min(job["seconds"], MOST_SECONDS)
        self.sent = 0
        self.took: dict[str, list[float]] = {kind: [] for kind in job["pattern"]}
        self.failed: dict[str, int] = {}

    async def run(self) -> dict[str, Any]:
        began = time.monotonic()
        sessions = self.job["sessions"][:MOST_CLIENTS]
        await asyncio.gather(*(self.client(number, key) for number, key in enumerate(sessions)))
        return {"seconds": time.monotonic() - began, "took": self.took, "failed": self.failed}

    async def client(self, number: int, session: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.job["port"])
        pattern = self.job["pattern"]
        at = number * len(pattern) // len(self.job["sessions"])
        pause = self.job.get("pause", 0)
        while time.monotonic() < self.deadline and self.sent < self.requests:
            kind = pattern[at % len(pattern)]
            at += 1
            self.sent += 1
            request = self.request(kind, session)
            began = time.monotonic()
            writer.write(request)
            status = await answer(reader)
            self.took[kind].append((time.monotonic() - began) * 1000)
            if status != 200:
                self.failed[f"{kind} {status}"] = self.failed.get(f"{kind} {status}", 0) + 1
            if pause:
                await asyncio.sleep(pause)
        writer.close()

    def request(self, kind: str, session: str) -> bytes:
        job = self.job
        content = b""
        if kind == "post":
            client_id = f"b{job['round']}-{self.sent}"
            content = urlencode({"body": body(self.sent), "client_id": client_id}).encode()
        return head(job, job["paths"][kind], session, content) + content


def head(job: dict[str, Any], path: str, session: str, content: bytes, *, accept: str = "text/html") -> bytes:
    """The head of a request as a browser with this session sends it; a POST when there is content."""
    lines = [
        f"{'POST' if content else 'GET'} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        f"Accept: {accept}",
        "Accept-Language: en",
        f"Cookie: {job['cookie']}={session}; {job['csrf_cookie']}={'c' * 32}",
    ]
    if content:
        lines += [
            "HX-Request: true",
            f"X-CSRFToken: {'c' * 32}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(content)}",
        ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def answer(reader: asyncio.StreamReader) -> int:
    """Read one answer to its end; returns its status."""
    top = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = top.partition(b"content-length:")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(length))
    return int(top.split(b" ", 2)[1])


if __name__ == "__main__":
    json.dump(asyncio.run(Load(json.load(sys.stdin)).run()), sys.stdout)

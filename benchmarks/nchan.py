"""nginx with nchan as a bound: it hands the same bytes to the same screens, and does nothing else."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.place import free_port

MODULE = "ngx_nchan_module.so"
ROW_KB = 1.6  # about what a row is with its hint

CONFIGURATION = """
load_module {module};
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
worker_processes 1;
events {{ worker_connections 16000; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  keepalive_timeout 300;
  keepalive_requests 100000;
  server {{
    listen 127.0.0.1:{port};
    location /stream {{ nchan_subscriber eventsource; nchan_channel_id one; }}
    location /publish {{ nchan_publisher; nchan_channel_id one; }}
  }}
}}
"""


def missing() -> str | None:
    """A sentence that says what isn't installed; None when all is."""
    if nginx() is None:
        return "nginx isn't installed, so there's no bound for delivery: install nginx-light and libnginx-mod-nchan."
    if not module().exists():
        return "nginx has no nchan, so there's no bound for delivery: install libnginx-mod-nchan."
    return None


@contextmanager
def server(folder: Path) -> Iterator[tuple[int, int]]:
    """nginx with one worker; yields its port and the worker's process id."""
    port = free_port()
    home = folder / f"nchan-{port}"
    home.mkdir()
    configuration = home / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(module=module(), folder=home, port=port))
    command = [nginx() or "", "-p", str(home), "-e", str(home / "nginx.log"), "-c", str(configuration)]
    with subprocess.Popen(command) as process:
        try:
            wait_for(port)
            yield port, worker(process.pid)
        finally:
            process.terminate()


def job(sessions: list[str], port: int) -> dict[str, Any]:
    """The screens' job on nchan."""
    padding = "x" * int(ROW_KB * 1024 - 200)
    return {
        "port": port,
        "sessions": sessions,
        "cookie": "session",
        "csrf_cookie": "csrf",
        "places": [{"stream": "/stream", "post": "/publish"}],
        "live": "\r\n\r\n",
        "content": f'<i data-nonce="s{{number}}">{padding}</i>',
        "statuses": [201, 202],
    }


def nginx() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def module() -> Path:
    said = subprocess.run([nginx() or "", "-V"], capture_output=True, text=True, check=True).stderr
    folder = re.search(r"--modules-path=(\S+)", said)
    return Path(folder[1] if folder else "modules") / MODULE


def worker(master: int) -> int:
    children = Path(f"/proc/{master}/task/{master}/children")
    deadline = time.monotonic() + 5
    while not (found := children.read_text().split()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return int(found[0])


def wait_for(port: int) -> None:
    for _attempt in range(500):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise RuntimeError("nginx didn't get ready.")

"""PostgreSQL going away and coming back: a cluster of our own that is killed, or a database that lets nobody in."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, connections

from tests.server import until


def programs() -> Path | None:
    """The folder of PostgreSQL's own programs, or None where only a server is to be reached."""
    found = [Path(path).parent for path in (shutil.which("initdb"),) if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return next((path for path in reversed(found) if (path / "initdb").exists()), None)


class Cluster:
    """A PostgreSQL of our own with the tests' database in it, to which this process's connections go meanwhile."""

    def __init__(self, bin_folder: Path) -> None:
        self.bin = bin_folder
        self.folder = Path(tempfile.mkdtemp(prefix="workchat-postgres-"))
        # It refuses to run as root.
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(self.folder, self.user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.usual: dict[str, Any] = dict(connection.settings_dict)

    def make(self) -> None:
        options = ["--no-sync", "--auth=trust", "--username=postgres", f"--pgdata={self.folder / 'data'}"]
        self.run("initdb", *options)
        self.return_()
        name = self.usual["NAME"]
        address = f"postgres://postgres@127.0.0.1:{self.port}"
        with psycopg.connect(f"{address}/postgres", autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"')
        host, port = self.usual["HOST"] or "127.0.0.1", self.usual["PORT"] or "5432"
        source: list[str] = [
            "--host",
            str(host),
            "--port",
            str(port),
            "--username",
            str(self.usual["USER"] or "postgres"),
            str(name),
        ]
        password = {**os.environ, "PGPASSWORD": self.usual["PASSWORD"]}
        dump = subprocess.run(
            [str(self.bin / "pg_dump"), "--no-owner", *source], env=password, check=True, capture_output=True
        )
        fill = [str(self.bin / "psql"), "--quiet", "--no-psqlrc", f"{address}/{name}"]
        subprocess.run(fill, input=dump.stdout, check=True, stdout=subprocess.DEVNULL)
        connections.close_all()
        there = {"HOST": "127.0.0.1", "PORT": str(self.port), "USER": "postgres", "PASSWORD": ""}
        connection.settings_dict.update(there)

    def drop(self) -> None:
        connections.close_all()
        connection.settings_dict.update(self.usual)
        self.run("pg_ctl", "stop", "--mode=immediate", "-D", str(self.folder / "data"))
        shutil.rmtree(self.folder)

    def go_away(self) -> None:
        """As by a crash: nothing under way is finished, nobody is told."""
        connections.close_all()
        self.run("pg_ctl", "stop", "--mode=immediate", "-D", str(self.folder / "data"))

    def return_(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        log = str(self.folder / "log")
        self.run("pg_ctl", "start", "--wait", "-D", str(self.folder / "data"), "-o", options, "-l", log)

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self.bin / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=self.user, cwd=self.folder)


class ClosedDatabase:
    """The tests' own database, which ends all connections and lets nobody in until it's over."""

    def __init__(self) -> None:
        self.name = connection.settings_dict["NAME"]

    def go_away(self) -> None:
        connections.close_all()
        self.allow("false")
        with connection._nodb_cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [self.name]
            )

    def return_(self) -> None:
        self.allow("true")

    def allow(self, word: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{self.name}" ALLOW_CONNECTIONS {word}')


def listeners() -> int:
    """How many connections to the database listen for commits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%' AND datname = current_database()"
        )
        (count,) = cursor.fetchone()
    return int(count)


def wait_for_listeners(number: int) -> None:
    until(lambda: listeners() == number)

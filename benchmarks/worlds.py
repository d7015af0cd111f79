"""The databases that are measured on, made once and kept: each run works on a copy.

They lie in `benchmarks/.kept/` (SQLite), or beside the database that DATABASE_URL names (PostgreSQL). A change of the
migrations or of how worlds are filled makes new ones; those that nothing names any more are removed.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from benchmarks.machine import ROOT

KEPT = ROOT / "benchmarks" / ".kept"
SIZES = {
    "empty": {"organizations": 1, "messages": 640},
    "1M": {"organizations": 50, "messages": 1_000_000},
}
MAKES = (
    "*/migrations/*.py",
    "benchmarks/fill.py",
    "benchmarks/writing.py",
    "benchmarks/texts.py",
    "chat/markdown/*.py",
)


@dataclass(frozen=True)
class World:
    """A copy of a kept database: what a server needs to run on it, and what the loads need to know of it."""

    name: str
    facts: dict[str, Any]
    environment: dict[str, str]

    def __getitem__(self, fact: str) -> Any:
        return self.facts[fact]


class Databases:
    """Databases of one run, on SQLite or, where `given` is an address of PostgreSQL's, there."""

    def __init__(self, folder: Path, given: str) -> None:
        self.folder, self.given = folder, given
        self.on_postgresql = given.startswith("postgres")
        self.made: list[str] = []
        self.mark = fingerprint()

    def fresh(self) -> dict[str, str]:
        """The environment of a server whose data folder and database are new and empty."""
        environment = environ() | {"WORKCHAT_DATA": tempfile.mkdtemp(dir=self.folder)}
        if self.on_postgresql:
            environment["DATABASE_URL"] = self.create(f"workchat_benchmark_{os.getpid()}_{len(self.made)}")
        return environment

    def world(self, name: str) -> World:
        """A copy of the world of this name, which is filled first where it isn't there yet."""
        kept = KEPT / f"{name}-{self.mark}{'.postgresql' if self.on_postgresql else ''}.json"
        template = f"workchat_kept_{name.lower()}_{self.mark}"
        if not kept.exists() or (self.on_postgresql and not self.exists(template)):
            print(f"Filling the world {name}, once: {SIZES[name]} …", flush=True)
            self.fill(name, kept, template)
        environment = environ() | {"WORKCHAT_DATA": tempfile.mkdtemp(dir=self.folder)}
        if self.on_postgresql:
            copy = f"workchat_benchmark_{os.getpid()}_{len(self.made)}"
            environment["DATABASE_URL"] = self.create(copy, template=template)
        else:
            shutil.copyfile(
                kept.with_suffix(".sqlite3"), Path(environment["WORKCHAT_DATA"]) / "workchat.sqlite3"
            )
        return World(name, json.loads(kept.read_text()), environment)

    def fill(self, name: str, kept: Path, template: str) -> None:
        KEPT.mkdir(exist_ok=True)
        for old in self.outdated(name):
            old.unlink()
        environment = environ() | {"WORKCHAT_DATA": tempfile.mkdtemp(dir=self.folder)}
        if self.on_postgresql:
            self.drop(template)
            environment["DATABASE_URL"] = self.create(template, keep=True)
        facts = run("benchmarks.fill", SIZES[name], environment, self.folder, seconds=1_800)
        if not self.on_postgresql:
            made = Path(environment["WORKCHAT_DATA"]) / "workchat.sqlite3"
            shutil.move(made, kept.with_suffix(".sqlite3"))
        kept.write_text(json.dumps(facts))

    def outdated(self, name: str) -> Iterator[Path]:
        for path in KEPT.glob(f"{name}-*"):
            if self.mark not in path.name:
                yield path
        if self.on_postgresql:
            like = f"workchat_kept_{name.lower()}_%"
            for (found,) in self.ask("SELECT datname FROM pg_database WHERE datname LIKE %s", like):
                if self.mark not in found:
                    self.drop(found)

    def create(self, name: str, *, template: str = "", keep: bool = False) -> str:
        """A new database of PostgreSQL's; returns its address."""
        self.administer(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
        if not keep:
            self.made.append(name)
        return urlunsplit(urlsplit(self.given)._replace(path=f"/{name}"))

    def drop(self, name: str) -> None:
        self.administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def drop_all(self) -> None:
        for name in self.made:
            self.drop(name)

    def exists(self, name: str) -> bool:
        return bool(self.ask("SELECT 1 FROM pg_database WHERE datname = %s", name))

    def administer(self, statement: str) -> None:
        import psycopg  # only where PostgreSQL is measured

        with psycopg.connect(self.given, autocommit=True) as connection:
            connection.execute(statement.encode())

    def ask(self, question: str, parameter: str) -> list[Any]:
        import psycopg

        with psycopg.connect(self.given) as connection:
            return connection.execute(question.encode(), [parameter]).fetchall()


def environ() -> dict[str, str]:
    """What every process of a benchmark has: this process's own, without databases, and settings as in use."""
    kept = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "DATABASE_URL"}}
    return kept | {
        "DEBUG": "0",
        "DEMO": "0",
        "HTTPS": "0",
        "SECRET_KEY": "only-for-benchmarks-" + "x" * 50,
        "DJANGO_SETTINGS_MODULE": "workchat_site.settings",
    }


def fingerprint() -> str:
    """Changes with whatever makes a kept world another one."""
    digest = hashlib.sha256()
    for pattern in MAKES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def run(module: str, job: Any, environment: dict[str, str], folder: Path, *, seconds: float) -> Any:
    """Run a module of ours as a process of its own, give it `job`, and return what it answers.

    Raises:
        RuntimeError: it failed, as its last words say.
    """
    log = folder / "runs.log"
    with log.open("a") as errors:
        done = subprocess.run(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env=environment,
            input=json.dumps(job),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            timeout=seconds,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"{module} failed:\n{log.read_text()[-4000:]}")
    return json.loads(done.stdout)

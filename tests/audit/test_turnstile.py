"""The turn among processes: who lets it go stands behind who waits, and who dies lets it go."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from audit.turnstile import BEFORE, across_processes
from tests.server import DEADLINE, ROOT, until

OTHER = (
    "import sys\n"
    "from audit.turnstile import across_processes\n"
    "with across_processes(sys.argv[1]):\n"
    "    print('got it', flush=True)\n"
    "    sys.stdin.read()\n"
)


@pytest.fixture
def database(tmp_path: Path) -> str:
    file = tmp_path / "some.sqlite3"
    file.touch()
    return str(file)


@contextmanager
def another(database: str) -> Iterator[subprocess.Popen[str]]:
    """A process that takes the turn, and keeps it until its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", OTHER, database],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


def somebody_waits(database: str) -> bool:
    """Whether another process has the place before the turn."""
    file = os.open(f"{database}-turns", os.O_RDWR)
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, BEFORE)
    except OSError:
        return True
    finally:
        # Not closed: that would let go of what this process holds.
        LEFT_OPEN.append(file)
    fcntl.lockf(file, fcntl.LOCK_UN, 1, BEFORE)
    return False


LEFT_OPEN: list[int] = []


def test_who_lets_it_go_stands_behind_who_waits(database: str) -> None:
    with ExitStack() as turn:
        turn.enter_context(across_processes(database))
        with another(database) as other:
            until(lambda: somebody_waits(database))
            turn.close()
            assert other.stdin is not None
            other.stdin.close()
            with across_processes(database):
                assert other.stdout is not None
                assert other.stdout.readline() == "got it\n"  # before this process got it again
                assert other.wait(DEADLINE) == 0


def test_who_dies_lets_it_go(database: str) -> None:
    with another(database) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "got it\n"
        other.kill()
        with across_processes(database):
            assert not somebody_waits(database)


def test_without_a_file_sqlite_s_own_lock_has_to_do(tmp_path: Path) -> None:
    with across_processes(":memory:"), across_processes(str(tmp_path / "not there" / "x.sqlite3")):
        assert list(tmp_path.iterdir()) == []

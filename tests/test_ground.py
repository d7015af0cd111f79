"""The ground holds: locks, vendored files, the Makefile, setting a machine up, and what no file may name."""

import hashlib
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("base", "scale", "dev")
EXTRAS = {"base": [], "scale": ["scale"], "dev": ["scale", "dev"]}
PINNED = re.compile(r"([a-z0-9-]+)(?:\[[a-z,]+\])?==([^ ]+)(?: ; [^\\]+)? \\")
DIGEST = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
COMMENT = re.compile(r"    #( .*)?")
VENDORED = re.compile(r"\| `([^`]+)` \| npm `[^`]+` \| [0-9.]+ \| [^|]*\(`([^`]+)`\) \| `([0-9a-f]{64})` \|")

# Spelt so that this file doesn't name them either.
MACHINE_PATH = re.compile(r"/w[o]rk/|/r[o]ot/|/home/[a-z]|/U[s]ers/[a-z]|C:\\U[s]ers")
REGISTRY = re.compile(r"p[y]pi\.org|p[y]thonhosted\.org|n[p]mjs\.(org|com)|regis[t]ry\.yarnpkg")


def packages(lock: str) -> dict[str, str]:
    """Name to version of one lock."""
    lines = (ROOT / f"requirements/{lock}.txt").read_text().splitlines()
    return {match[1]: match[2] for line in lines if (match := PINNED.fullmatch(line))}


def normal(requirement: str) -> str:
    """The name that a requirement begins with, as PEP 503 normalizes it."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name[0]).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_pinned_packages_with_digests_and_nothing_else(lock: str) -> None:
    text = (ROOT / f"requirements/{lock}.txt").read_text()
    before = ""
    for line in text.splitlines():
        assert PINNED.fullmatch(line) or DIGEST.fullmatch(line) or COMMENT.fullmatch(line), line
        if PINNED.fullmatch(before):
            assert DIGEST.fullmatch(line), f"{before} has no digest"
        before = line
    assert "://" not in text
    assert packages(lock)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_in_step_with_the_direct_dependencies(lock: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = list(project["dependencies"])
    for extra in EXTRAS[lock]:
        wanted += project["optional-dependencies"][extra]

    direct, name = set(), ""
    for line in (ROOT / f"requirements/{lock}.txt").read_text().splitlines():
        if pinned := PINNED.fullmatch(line):
            name = pinned[1]
        elif line.endswith("workchat (pyproject.toml)"):
            direct.add(name)
    assert direct == {normal(requirement) for requirement in wanted}, "run make lock"


def test_the_locks_agree_on_versions() -> None:
    dev = packages("dev")
    for lock in ("base", "scale"):
        assert packages(lock).items() <= dev.items()


def test_vendored_files_are_the_recorded_ones_and_have_licences() -> None:
    folder = ROOT / "static/vendor"
    recorded = VENDORED.findall((folder / "README.md").read_text())
    for name, licence, digest in recorded:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
        assert "permission" in (folder / licence).read_text().lower()
    known = {"README.md"} | {name for row in recorded for name in row[:2]}
    assert {path.name for path in folder.iterdir()} == known


def test_no_tracked_file_names_a_machine_path_or_a_registry() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("This isn't a git checkout, so nothing says which files are the project's.")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    named = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if not path.is_file() or b"\0" in (content := path.read_bytes()):
            continue
        for number, line in enumerate(content.decode().splitlines(), start=1):
            if MACHINE_PATH.search(line) or REGISTRY.search(line):
                named.append(f"{name}:{number}: {line[:100]}")
    assert named == []


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    declared = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert declared
    targets = set(declared[1].split())
    assert targets == set(re.findall(r"^([a-z]+):(?! export)", makefile, re.MULTILINE))

    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    shown = subprocess.run(
        ["make"], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert set(re.findall(r"^make ([a-z]+) +[A-Z]", shown, re.MULTILINE)) == targets


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with what a machine is set up by, and an empty `bin` for what is found on PATH."""
    for name in (".ci", "requirements", "scripts"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    for tool in ("bash", "cat", "cmp", "cp", "dirname", "grep", "id", "mktemp", "sh", "touch"):
        found = shutil.which(tool)
        assert found
        (tmp_path / "bin" / tool).symlink_to(found)
    return tmp_path


def program(path: Path, text: str) -> None:
    """Write a shell script that can be called."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def call(checkout: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the checkout with nothing but its own PATH."""
    return subprocess.run(
        command,
        cwd=checkout,
        env={"PATH": str(checkout / "bin"), "HOME": str(checkout)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_without_venv_is_told_the_package_to_install(checkout: Path) -> None:
    program(checkout / "bin/python3", 'case "$*" in *version_info*) exit 0 ;; *) exit 1 ;; esac')
    done = call(checkout, "scripts/venv.sh", "base")
    assert done.returncode == 1
    assert "python3-venv" in done.stderr


def test_a_python_that_is_too_old_is_named(checkout: Path) -> None:
    program(checkout / "bin/python3", "exit 1")
    done = call(checkout, "scripts/venv.sh", "base")
    assert done.returncode == 1
    assert "3.11" in done.stderr


def test_an_installed_lock_is_not_installed_again_until_it_changes(checkout: Path) -> None:
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / "site/pip").mkdir(parents=True)
    program(
        checkout / ".venv/bin/python",
        f'[ "$1" = -c ] && echo "{checkout}/site" || echo "$@" >>"{checkout}/installs"',
    )

    for _ in range(2):
        assert call(checkout, "scripts/venv.sh", "base").returncode == 0
    installs = (checkout / "installs").read_text().splitlines()
    assert len(installs) == 1
    assert "--require-hashes -r requirements/base.txt" in installs[0]

    with (checkout / "requirements/base.txt").open("a") as lock:
        lock.write("    # changed\n")
    assert call(checkout, "scripts/venv.sh", "base").returncode == 0
    assert len((checkout / "installs").read_text().splitlines()) == 2


@pytest.mark.parametrize("line", ["--index-url somewhere", "thing @ https://example.org/thing.whl"])
def test_the_whole_check_refuses_a_lock_with_an_address(checkout: Path, line: str) -> None:
    with (checkout / "requirements/scale.txt").open("a") as lock:
        lock.write(line + "\n")
    done = call(checkout, ".ci/run")
    assert done.returncode == 1
    assert line in done.stdout


def test_the_whole_check_fails_without_a_browser_where_it_counts(checkout: Path) -> None:
    done = call(checkout, ".ci/run", CI="true")
    assert done.returncode == 1
    assert "Chromium" in done.stderr
    assert not (checkout / ".venv").exists()


@pytest.fixture
def without_postgres(checkout: Path) -> Path:
    """A checkout with a browser, no PostgreSQL to reach, and a `make` that only tells how it was called."""
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / "site/pip").mkdir(parents=True)
    program(checkout / "bin/chromium", "exit 0")
    program(checkout / "bin/make", 'echo "make $* on ${DATABASE_URL:-SQLite}"')
    program(
        checkout / ".venv/bin/python",
        f'case "$*" in *sysconfig*) echo "{checkout}/site" ;; *psycopg*) exit 1 ;; esac',
    )
    return checkout


def test_the_whole_check_fails_without_postgres_where_it_counts(without_postgres: Path) -> None:
    done = call(without_postgres, ".ci/run", CI="true")
    assert done.returncode == 1
    assert "PostgreSQL" in done.stderr
    assert done.stdout == ""


def test_the_whole_check_says_that_it_leaves_postgres_out(without_postgres: Path) -> None:
    done = call(without_postgres, ".ci/run", DATABASE_URL="postgres://nobody@127.0.0.1:1/test")
    assert done.returncode == 0
    assert "Only SQLite is tested." in done.stderr
    assert done.stdout == "make test on SQLite\n"


def test_the_documents_link_to_files_that_exist() -> None:
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")]
    linked = {
        document.parent / target
        for document in documents
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text())
    }
    assert linked
    assert [str(path.relative_to(ROOT)) for path in sorted(linked) if not path.exists()] == []

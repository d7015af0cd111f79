"""Settings: each variable that the code reads is described in docs/settings.md, and the other way round.

And what they must refuse: to start without a secret key, or with a word they don't know.
"""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["accounts", "audit", "chat", "workchat_site"]
DOCUMENT = (ROOT / "docs/settings.md").read_text()
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.+?) \| (.+) \|$", re.MULTILINE)
KEY = "0123456789abcdef" * 4
ITS_OWN = {"DJANGO_SETTINGS_MODULE"}  # set by manage.py and the ASGI module for themselves
WORDS = {False: "0", True: "1", "": "none"}


def reads() -> dict[str, ast.expr | None]:
    """The environment variables that the code reads, each with its default as it is written."""
    found: dict[str, ast.expr | None] = {}
    paths = [ROOT / "manage.py", *(path for app in APPS for path in (ROOT / app).rglob("*.py"))]
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and re.match(
                r"env\.\w+$|os\.(?:environ\.\w+|getenv)$", ast.unparse(node.func)
            ):
                name, defaults = node.args[0], [key.value for key in node.keywords if key.arg == "default"]
            elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
                name, defaults = node.slice, []
            else:
                continue
            written_there = ast.literal_eval(name)
            assert isinstance(written_there, str), f"{path.name} reads a variable without a name"
            if written_there not in ITS_OWN:
                found[written_there] = defaults[0] if defaults else None
    return found


READS = reads()
DESCRIBED = {name: (default, text) for name, default, text in ROW.findall(DOCUMENT)}


def test_each_variable_is_described_and_nothing_else() -> None:
    assert {"DATABASE_URL", "SECRET_KEY", "WORKCHAT_DATA"} <= READS.keys()
    assert sorted(DESCRIBED) == sorted(READS)
    assert len(ROW.findall(DOCUMENT)) == len(DESCRIBED)


@pytest.mark.parametrize("name", sorted(READS))
def test_a_description_gives_the_default_and_says_what_it_does(name: str) -> None:
    default, text = DESCRIBED[name]
    assert len(text) >= 20
    written = READS[name]
    if isinstance(written, ast.Constant | ast.List):
        value = ast.literal_eval(written)
        told = WORDS.get(value, str(value)) if not isinstance(value, list) else ",".join(value) or "none"
        assert default.strip("`") == told


def test_no_other_document_names_a_variable_that_is_not_there() -> None:
    for document in ("README.md", "CONTRIBUTING.md", "compose.yaml", "Dockerfile"):
        text = (ROOT / document).read_text()
        for name in re.findall(r"(?:-e |ENV |^      )([A-Z][A-Z_]+)[=:]", text, re.MULTILINE):
            assert name in {*READS, "PATH", "POSTGRES_USER", "POSTGRES_PASSWORD"}, f"{document}: {name}"


def manage(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command of the site itself, with nothing but these variables."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "WORKCHAT_DATA": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_secret_key_it_refuses_to_start(tmp_path: Path) -> None:
    done = manage(tmp_path, "check")
    assert done.returncode != 0
    assert "There is no secret key. Set SECRET_KEY" in done.stderr
    assert list(tmp_path.iterdir()) == []
    assert manage(tmp_path, "check", DEBUG="1").returncode == 0


def test_a_generated_key_is_taken_from_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("k" * 64)
    assert manage(tmp_path, "check").returncode == 0


def test_a_deployment_s_check_is_silent(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "INFO", SECRET_KEY=KEY)
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("ORGANIZATION_CREATION", "everyone", "either 'anyone' or 'operators'"),
        ("PORT", "eighty", "PORT"),
        ("WEB_THREADS", "many", "WEB_THREADS"),
    ],
)
def test_a_value_that_means_nothing_is_refused(tmp_path: Path, name: str, value: str, error: str) -> None:
    done = manage(tmp_path, "check", SECRET_KEY=KEY, **{name: value})
    assert done.returncode != 0
    assert error in done.stderr

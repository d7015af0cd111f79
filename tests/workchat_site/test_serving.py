"""Starting: the secret key, what the server says, its health, its mails, its log lines."""

import json
import logging
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import OperationalError, connection
from django.test import Client, override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import Member
from chat import access
from tests.server import ROOT
from workchat_site.logging import logging_config
from workchat_site.mail import send_mail
from workchat_site.management.commands.serve import OPEN_FILES, allow_open_files
from workchat_site.secret_key import ensure_secret_key, read_secret_key
from workchat_site.worker import run_ready_tasks, tidy


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.setenv("WORKCHAT_DATA", str(tmp_path / "new"))
    assert read_secret_key() == ""
    ensure_secret_key()
    key = read_secret_key()
    assert len(key) == 64
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o777 == 0o600
    ensure_secret_key()
    assert read_secret_key() == key
    monkeypatch.setenv("SECRET_KEY", "from the environment")
    assert read_secret_key() == "from the environment"


def check(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    whole = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=whole,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_without_a_key_nothing_starts_and_it_says_what_to_do(tmp_path: Path) -> None:
    answer = check("check", WORKCHAT_DATA=str(tmp_path))
    assert answer.returncode != 0
    assert "Set SECRET_KEY" in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_defaults_are_fit_for_deployment(tmp_path: Path) -> None:
    answer = check(
        "check", "--deploy", "--fail-level", "WARNING", SECRET_KEY="aB3-xY9_" * 8, WORKCHAT_DATA=str(tmp_path)
    )
    assert answer.returncode == 0, answer.stderr


def test_a_setting_that_means_nothing_is_refused(tmp_path: Path) -> None:
    answer = check(
        "check", SECRET_KEY="aB3-xY9_" * 8, WORKCHAT_DATA=str(tmp_path), ORGANIZATION_CREATION="nobody"
    )
    assert "ORGANIZATION_CREATION" in answer.stderr


@pytest.mark.django_db
def test_health_says_whether_one_can_serve() -> None:
    answer = Client().get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_head RENAME TO audit_hidden")
    answer = Client().get("/health")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})


@pytest.mark.usefixtures("committed")
@override_settings(
    EMAIL_BACKEND="workchat_site.mail.TaskBackend",
    MAIL_TRANSPORT="django.core.mail.backends.locmem.EmailBackend",
)
def test_a_mail_waits_for_the_worker() -> None:
    mail.outbox.clear()
    message = mail.EmailMultiAlternatives("Subject", "Text", "a@chat.example", ["b@chat.example"])
    message.attach_alternative("<p>Text</p>", "text/html")
    assert message.send() == 1
    assert mail.outbox == []
    run_ready_tasks()
    (sent,) = mail.outbox
    assert (sent.subject, sent.body, sent.to) == ("Subject", "Text", ["b@chat.example"])
    assert DBTaskResult.objects.ready().count() == 0


@pytest.mark.django_db
def test_what_has_ended_is_dropped(chloe: Member) -> None:
    now = timezone.now()
    Session.objects.create(session_key="ended", session_data="", expire_date=now - timedelta(hours=1))
    Session.objects.create(session_key="lasting", session_data="", expire_date=now + timedelta(hours=1))
    send_mail.enqueue(subject="", body="a link", html="", sender="a@b.example", to=[], headers={})
    DBTaskResult.objects.update(status="SUCCESSFUL", finished_at=now - timedelta(days=2))
    tidy()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["lasting"]
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db
def test_an_answer_carries_its_requests_id_and_the_log_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        answer = Client().get("/invitation/a-very-secret-token/?code=1234")
    line = next(record for record in caplog.records if "request_finished" in record.getMessage())
    said = line.getMessage()
    assert answer.headers["X-Request-ID"] in said
    assert "GET /invitation/…" in said
    assert "secret" not in said
    assert "1234" not in said


def written(record: logging.LogRecord) -> str:
    """The line that a record becomes."""
    formatter = logging_config(level="INFO", style="json")["formatters"]["structured"]
    return str(
        formatter["()"](
            foreign_pre_chain=formatter["foreign_pre_chain"], processors=formatter["processors"]
        ).format(record)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/join/acme/a-secret/", "/invitation/a-secret/"])
def test_a_form_that_is_refused_leaves_no_secret_in_the_log(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403
    records = [record for record in caplog.records if record.name.startswith("django.")]
    assert records
    assert not any("a-secret" in written(record) for record in records)


def test_log_lines_are_json_and_tracebacks_hold_no_variables() -> None:
    password = "".join(["cor", "rect"])  # so that the source's lines don't hold it
    try:
        int("x" if password else "")
    except ValueError:
        record = logging.LogRecord("anything", logging.INFO, __file__, 1, "It happened", None, sys.exc_info())
    line = written(record)
    assert "ValueError" in line
    assert "correct" not in line
    said = json.loads(line)
    assert (said["event"], said["level"], said["logger"]) == ("It happened", "info", "anything")


@pytest.mark.django_db
def test_a_database_that_is_away_or_locked_is_said_so_and_worth_another_try(
    anna: Member, client_of: Callable[[Member], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(anna)
    client.raise_request_exception = False
    for error, status in (
        (OperationalError("database is locked"), 503),
        (ValueError("a fault of ours"), 500),
    ):

        def fail(*_given: object, error: Exception = error, **_more: object) -> None:
            raise error

        monkeypatch.setattr("chat.views.posting.post_message", fail)
        general = access.channels(anna).get(name="general")
        answer = client.post(f"/o/acme/c/{general.pk}/messages/", {"body": "Hello"})
        assert answer.status_code == status
        assert answer.headers.get("Retry-After") == ("3" if status == 503 else None)
        assert ("Nothing was changed" in answer.content.decode()) == (status == 503)
        assert "locked" not in answer.content.decode()


def test_a_browser_that_asks_for_an_icon_unasked_is_shown_it(client: Client) -> None:
    assert client.get("/favicon.ico")["Location"] == "/static/favicon.svg"


def test_a_server_may_open_as_many_files_as_the_system_lets_it() -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(limits[0], 1_000), limits[1]))
    try:
        allow_open_files()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert (soft, hard) == (min(limits[1], OPEN_FILES), limits[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)

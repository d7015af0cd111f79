"""The task worker within the server: it outlives what goes wrong."""

import threading

import pytest
from django.db import OperationalError

from workchat_site import worker


def test_the_worker_goes_on_after_the_database_was_away(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    looked_again = threading.Event()

    def look() -> None:
        looks.append("look")
        if len(looks) == 1:
            raise OperationalError("the server closed the connection unexpectedly")
        looked_again.set()

    monkeypatch.setattr(worker, "LOOK", 0.01)
    monkeypatch.setattr(worker, "run_ready_tasks", look)
    stop = worker.start_worker()
    try:
        assert looked_again.wait(10)
    finally:
        stop()

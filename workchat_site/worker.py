"""The task worker as a thread of the server: it sends mails while requests go on.

At scale `manage.py db_worker` is a process of its own.
"""

import threading
import time
from collections.abc import Callable

import structlog
from django.core.management import call_command
from django.db import close_old_connections
from django.utils.timezone import now
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from workchat_site.models import CacheRow

LOOK = 2.0  # seconds between looks for a task
TIDY = 3600.0  # seconds between tidyings
logger = structlog.get_logger(__name__)


class QuietWorker(Worker):
    """django-tasks' worker, which takes SQLite's write lock only when there is something to do."""

    def run(self) -> None:
        """Run what is ready, and return."""
        if DBTaskResult.objects.ready().filter(backend_name=self.backend_name).exists():
            super().run()


def start_worker() -> Callable[[], None]:
    """Start the thread; returns what stops it, after the task under way."""
    stop = threading.Event()

    def work() -> None:
        tidied = -TIDY
        while not stop.wait(LOOK):
            try:
                run_ready_tasks()
                if time.monotonic() - tidied > TIDY:
                    tidied = time.monotonic()
                    tidy()
            except Exception:  # a thread that died in silence would keep back all mail
                logger.exception("task_worker_failed")
            finally:
                close_old_connections()

    thread = threading.Thread(target=work, name="task-worker", daemon=True)
    thread.start()

    def stop_worker() -> None:
        stop.set()
        thread.join(timeout=5)

    return stop_worker


def tidy() -> None:
    """Drop sessions that have ended, counts that have expired, and tasks that are done.

    Those hold mails' texts, and so links that work.
    """
    call_command("clearsessions")
    CacheRow.objects.filter(expires__lt=now()).delete()
    call_command("prune_db_task_results", min_age_days=1, verbosity=0)


def run_ready_tasks() -> None:
    """Run the tasks that wait now, one after the other."""
    QuietWorker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="server",
        excluded_queue_names=[],
    ).run()

"""`manage.py serve`: bring the database up to date, load the demo where that's wanted, and serve until told to stop.

By `--processes` it does the former once, and starts as many children of itself that serve (workchat_site.processes).
"""

import os
import sys
from argparse import SUPPRESS
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from accounts.models import User
from accounts.setup_code import setup_code
from workchat_site.processes import BACKLOG, Processes, bind, end_with
from workchat_site.worker import start_worker

OPEN_FILES = 65_536  # at most: a stream is one


class Command(BaseCommand):
    help = "Migrate, load the demo into an empty database unless DEMO=0, and serve on HOST and PORT."
    requires_system_checks = "__all__"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--processes",
            type=int,
            default=settings.PROCESSES,
            help="how many processes serve; PROCESSES says it too",
        )
        # What a parent says to its children
        parser.add_argument("--accept-on", type=int, help=SUPPRESS)
        parser.add_argument("--lifeline", type=int, help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accept_on"] is not None:
            return serve([f"fd:fileno={options['accept_on']}"], lifeline=options["lifeline"])
        if options["processes"] < 1:
            raise CommandError("The least number of processes is 1.")
        self.prepare()
        if options["processes"] == 1:
            from daphne.endpoints import build_endpoint_description_strings

            endpoints = build_endpoint_description_strings(host=settings.HOST, port=settings.PORT)
            return serve([f"{endpoint}:backlog={BACKLOG}" for endpoint in endpoints])
        stop_worker = start_worker()
        Processes(options["processes"], bind(settings.HOST, settings.PORT)).run()
        stop_worker()
        return None

    def prepare(self) -> None:
        """Bring data folder and database up to date, and say where it is."""
        (settings.DATA / "media").mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        if settings.DEMO and not User.objects.exists():
            self.stdout.write("Loading the demo …")
            call_command("demo", verbosity=0)
        self.greet()
        connections.close_all()

    def greet(self) -> None:
        """Say where it is, and who may sign in."""
        scheme = "https" if settings.HTTPS else "http"
        host = "127.0.0.1" if settings.HOST in {"0.0.0.0", "::"} else settings.HOST  # noqa: S104 - compared
        self.stdout.write(f"\nWorkChat is at {scheme}://{host}:{settings.PORT}/\n")
        if not User.objects.exists():
            self.stdout.write(
                f"Nobody is here yet. Open it and set it up with this one-time code: {setup_code()}\n"
            )
        elif User.objects.filter(email="owner@acme.example").exists() and settings.DEMO:
            self.stdout.write(
                "Sign in as owner@acme.example, admin@acme.example, member@acme.example, guest@acme.example\n"
                "or owner@globex.example (another organization); the password of each is workchat-demo\n"
            )
        if settings.HTTPS:
            self.stdout.write(
                "It expects HTTPS from a proxy in front of it; for a trial without one set HTTPS=0.\n"
            )
        self.stdout.write("Press Ctrl-C to stop.\n")
        sys.stdout.flush()


def allow_open_files() -> None:
    """Let this process have more files open than the usual 1,024, where it may."""
    try:
        import resource
    except ImportError:  # not on every system
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):  # some systems say they'd take more than they do
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def serve(endpoints: list[str], *, lifeline: int | None = None) -> None:
    """Serve by daphne until SIGTERM or Ctrl-C; open streams are ended first.

    With a `lifeline` this is one of several: it ends with its parent, which runs the tasks.
    """
    from daphne.server import Server
    from twisted.internet import reactor  # daphne has installed the asyncio one by now

    from chat.live.hub import hub
    from workchat_site.asgi import application

    allow_open_files()
    if lifeline is None:
        stop_worker = start_worker()
    else:
        end_with(lifeline, lambda: reactor.callFromThread(reactor.stop))  # type: ignore[misc]
    # Streams end with a whole response, before daphne cancels what is left.
    reactor.addSystemEventTrigger("before", "shutdown", hub.end_all)  # type: ignore[arg-type]
    Server(
        application=application,
        endpoints=endpoints,
        http_timeout=None,
        server_name="",
        verbosity=0,
    ).run()
    if lifeline is None:
        stop_worker()
    # Threads of the pools may still wait for work; what they had is done.
    sys.stdout.flush()
    os._exit(0)

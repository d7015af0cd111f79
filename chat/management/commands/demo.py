"""`manage.py demo`: load the demo into an empty database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chat.demo.loading import NotEmpty, load
from chat.demo.people import PASSWORD


class Command(BaseCommand):
    help = "Load two small organizations with a few weeks of talk into an empty database."
    requires_migrations_checks = True

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = load()
        except NotEmpty as error:
            raise CommandError(
                "This database holds people or organizations already, so the demo wasn't loaded. "
                "It needs an empty one: set WORKCHAT_DATA to a new folder, or DATABASE_URL to a new database."
            ) from error
        if options["verbosity"]:
            self.stdout.write(
                f"Loaded {count} messages. Sign in as owner@acme.example, admin@acme.example, "
                "member@acme.example, guest@acme.example or owner@globex.example; "
                f"the password of each is {PASSWORD}."
            )

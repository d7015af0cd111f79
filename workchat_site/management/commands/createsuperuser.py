"""Make an operator's account; in place of Django's command, so that it's on record."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from accounts.actions import create_user
from accounts.caller import command
from accounts.errors import Invalid
from workchat_site.management.asking import new_password


class Command(BaseCommand):
    help = "Make an account that operates this server. The password is asked for, or read from the standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address to sign in with; it counts as confirmed")

    def handle(self, *, email: str, **_options: Any) -> None:
        try:
            create_user(command("createsuperuser"), email=email, password=new_password(), operator=True)
        except Invalid as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"{email} operates this server.")

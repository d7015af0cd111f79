"""Give an account another password; in place of Django's command, so that it's on record and ends open pages."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from accounts.actions.users import change_password
from accounts.caller import command
from accounts.errors import Invalid
from accounts.queries import user_at
from workchat_site.management.asking import new_password


class Command(BaseCommand):
    help = "Change an account's password, which is asked for, or read from the standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="an address that the account signs in with")

    def handle(self, *, email: str, **_options: Any) -> None:
        user = user_at(email)
        if user is None:
            raise CommandError(f"No account signs in with {email}.")
        try:
            change_password(command("changepassword"), user, password=new_password())
        except Invalid as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"The password of {user.email} is changed; its sessions have ended.")

"""Asking for a new password at the terminal, or taking it from the standard input."""

import sys
from getpass import getpass

from django.core.management import CommandError


def new_password() -> str:
    """What is typed twice alike; without a terminal the first line of the input.

    Raises:
        CommandError: the two differ.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass("New password: ")
    if getpass("Again: ") != password:
        raise CommandError("These were two different passwords.")
    return password

"""`manage.py post`: post a message as a member, from the shell or a script; it's on every screen at once."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.caller import Caller
from accounts.errors import ActionError
from accounts.models import Member
from chat import access
from chat.actions import post_message


class Command(BaseCommand):
    help = "Post a message to a channel. The text is the last argument, or standard input when it is -."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", required=True, help="the organization's address, such as acme")
        parser.add_argument("--channel", required=True, help="the channel's name")
        parser.add_argument(
            "--as", dest="author", required=True, help="a member's e-mail, or a bot's display name"
        )
        parser.add_argument("text", help="the message, in Markdown; - reads it from standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        member = self.author(options["organization"], options["author"])
        name = options["channel"].removeprefix("#").casefold()
        channel = access.channels(member).filter(name_folded=name).first()
        if channel is None:
            raise CommandError(f"{member.display_name} sees no channel named {options['channel']}.")
        text = sys.stdin.read() if options["text"] == "-" else options["text"]
        caller = Caller(member, member.user, member.display_name, via="command", client="manage.py post")
        try:
            message = post_message(caller, channel, body=text)
        except ActionError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"Posted as message {message.pk}.")

    def author(self, slug: str, author: str) -> Member:
        members = (
            Member.objects.active().filter(organization__slug=slug).select_related("organization", "user")
        )
        found = members.filter(user__email=author.lower()).first()
        found = found or members.filter(kind="bot", display_name=author).first()
        if found is None:
            raise CommandError(f"No active member of {slug} is {author}.")
        return found

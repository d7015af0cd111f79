"""The chat app: it hangs itself on accounts' hooks."""

from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self) -> None:
        from accounts import hooks
        from chat import joining, shell

        hooks.page_begins.append(shell.note_position)
        hooks.shell_context.append(shell.furnish)
        hooks.known_to_guest.append(shell.known_to)
        hooks.member_joined.connect(joining.bring_into_default_channels)
        hooks.organization_created.connect(joining.make_first_channel)

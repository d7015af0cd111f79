from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self) -> None:
        from accounts import hooks
        from chat import joining, shell  # joining: its receivers bring new members into the default channels

        hooks.shell_context.append(shell.furnish)
        hooks.known_to_guest.append(shell.known_to)
        assert joining  # noqa: S101 - imported for its receivers

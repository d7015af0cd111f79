from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self) -> None:
        from chat import joining  # noqa: F401 - its receivers bring new members into the default channels

"""The app of organizations, users and members."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import sign_ins  # noqa: F401 - its receivers record sign-ins

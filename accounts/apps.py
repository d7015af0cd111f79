"""The app of organizations, users and members."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from allauth.account.signals import password_changed, password_set, user_logged_in
        from allauth.usersessions import signals

        from accounts.signing_in import receivers  # noqa: F401 - its receivers record sign-ins

        # Ours list sessions: in the entry's transaction, by one query each, and also for who has no address.
        user_logged_in.disconnect(signals.on_user_logged_in)
        for signal in (password_changed, password_set):
            signal.disconnect(signals.on_password_changed)

"""Why an action or an access didn't happen. Faces turn these into their own answers; none leaves a trace."""

from django.utils.functional import Promise

Text = str | Promise


class ActionError(Exception):
    """An action refused. `message` says to a person what happened and what to do."""

    def __init__(self, message: Text, *, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field


class Invalid(ActionError):
    """What was given isn't acceptable; `field` names where."""


class Refused(ActionError):
    """The caller may see the thing, but not do this to it."""


class SecondFactorMissing(Refused):
    """The organization lets only those in who have set up two-factor authentication."""


class NotSignedIn(Exception):
    """There is no session, or one that has ended."""


class NotThere(ActionError):
    """There's no such thing for this caller: absent, another organization's or hidden, all alike."""

    def __init__(self) -> None:
        super().__init__("Not there")

"""Identities: who a user is at the provider of single sign-on."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.utils.translation import gettext_lazy as _

from accounts.caller import Caller
from accounts.errors import Invalid, NotThere
from accounts.models import User
from audit.recording import record


def sign_up_by_identity(caller: Caller, user: User, identity: SocialAccount) -> User:
    """Save a new account whose address the provider has confirmed, with its identity there; returns the user."""
    user.set_unusable_password()
    with record(caller, None) as log:
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        identity.user = user
        identity.save()
        log.append("user.create", user, new={"email": user.email, "confirmed": True, "by": "sso"})
        log.append("identity.create", user, new=_said_of(identity))
    return user


def connect_identity(caller: Caller, user: User, identity: SocialAccount) -> None:
    """Have `user` sign in by this identity from now on."""
    with record(caller, None) as log:
        identity.user = user
        identity.save()
        log.append("identity.create", user, new=_said_of(identity))


def disconnect_identity(caller: Caller, user: User, identity_id: int, *, needed: bool) -> None:
    """Have `user` no longer sign in by this identity; `needed` tells that nothing else would let them in.

    Raises:
        NotThere: it isn't theirs.
        Invalid: it's the only way in that they have.
    """
    if needed:
        raise Invalid(_("This is your only way in. Set a password first, then disconnect it."))
    with record(caller, None) as log:
        identity = SocialAccount.objects.filter(user=user, pk=identity_id).first()
        if identity is None:
            raise NotThere
        old = _said_of(identity)
        identity.delete()
        log.append("identity.delete", user, old=old)


def _said_of(identity: SocialAccount) -> dict[str, str]:
    return {"provider": identity.provider, "email": str(identity.extra_data.get("email", ""))[:254]}

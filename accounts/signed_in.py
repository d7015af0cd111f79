"""Who a session's key stands for in an organization, in two queries: for streams, which pass no middleware."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now

from accounts.access import member_at, require_second_factor
from accounts.errors import NotSignedIn, NotThere
from accounts.models import Member, User
from accounts.sessions import SessionStore, stored


def member_in_session(key: str, slug: str) -> tuple[Member, datetime]:
    """The active member that a session's user is in the organization at `slug`, and when the session ends.

    Raises:
        NotSignedIn: there is no such session, or it's not one of an active user any more.
        NotThere: there's no such organization, or they aren't an active member of it.
        SecondFactorMissing: it requires one of them.
    """
    session = stored.first(key) if key else None
    if session is None or session.expire_date <= now():
        raise NotSignedIn
    said = SessionStore().decode(session.session_data)
    user_id = said.get(SESSION_KEY)
    if user_id is None or said.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        raise NotSignedIn
    member = member_at.first(int(user_id), slug)
    user = member.user if member else User.objects.filter(pk=int(user_id)).first()
    if user is None or not user.is_active or not is_of(user, said.get(HASH_SESSION_KEY, "")):
        raise NotSignedIn
    if member is None:
        raise NotThere
    require_second_factor(member)
    return member, session.expire_date


def is_of(user: User, session_hash: str) -> bool:
    """Whether a session was begun with the user's present password."""
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(session_hash, one) for one in hashes)

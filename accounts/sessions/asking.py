"""Who a session stands for in an organization, in two queries: of a page's request, and of a stream's, which passes
no middleware.
"""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now

from accounts.access import member_at, member_of, require_second_factor
from accounts.errors import NotSignedIn, NotThere
from accounts.models import Member, User
from accounts.sessions.store import SessionStore, stored


def member_asking(request: HttpRequest, slug: str) -> Member | None:
    """The active member whose request this is in the organization at `slug`; None when nobody has signed in.

    Member, user and organization come at once. Only what is as it should be is decided here: whatever is unusual, a
    session that has to be ended or an old secret key, goes Django's way.

    Raises:
        NotThere: there's no such organization, or they aren't an active member of it.
        SecondFactorMissing: the organization requires one, and they haven't set one up.
    """
    said = request.session
    user_id = said.get(SESSION_KEY)
    if user_id is not None and said.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS:
        member = member_at.first(int(user_id), slug)
        user = member.user if member else None
        if member is not None and user is not None and user.is_active:
            session_hash = said.get(HASH_SESSION_KEY) or ""
            if constant_time_compare(session_hash, user.get_session_auth_hash()):
                request._cached_user = user  # type: ignore[attr-defined] # where request.user looks first
                require_second_factor(member)
                return member
    return member_of(request.user, slug) if request.user.is_authenticated else None


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

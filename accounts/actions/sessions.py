"""Sessions: begun by signing in, seen, ended; and entering an organization for the first time in one.

What begins and ends is in the server's chain. Ending one ends its streams: their tailers read it there.
"""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.db.models import QuerySet
from django.utils.timezone import now

from accounts.caller import Caller
from accounts.devices import device_of
from accounts.errors import NotThere
from accounts.models import User
from accounts.sessions.stamps import touch_again, touch_due
from audit.recording import record
from audit.turns import brief_turn, turn

DEVICE = "device"  # in a session: the row that lists it, since its own key changes with the password
NO_ADDRESS = "::"  # of who comes by a Unix socket


def begin_session(
    caller: Caller, user: User, session: SessionBase, *, agent: str, methods: list[str]
) -> None:
    """List and record a session of `user`'s; `methods` tells how they showed who they are."""
    if not session.session_key:
        session.save()
    over = UserSession.objects.filter(user=user).exclude(session_key__in=Session.objects.values("pk"))
    values = {"user": user, "ip": caller.ip or NO_ADDRESS, "user_agent": agent[:200], "last_seen_at": now()}
    with record(caller, None) as log:
        over.delete()
        begun, _new = UserSession.objects.update_or_create(session_key=session.session_key, defaults=values)
        log.append("session.create", user, new={"by": methods})
    session[DEVICE] = begun.pk
    touch_due(session.session_key or "")  # which has just been seen


def touch_session(session: SessionBase, *, ip: str, agent: str) -> None:
    """Note that a session is in use, and from where. Not recorded: a last-use stamp.

    When nobody can write just now the page doesn't wait for it; the next one notes it.
    """
    try:
        with brief_turn():
            _of(session).update(last_seen_at=now(), ip=ip or NO_ADDRESS, user_agent=agent[:200])
    except OperationalError:
        touch_again(session.session_key or "")


def rename_session(session: SessionBase) -> None:
    """A session goes on under another key."""
    with turn():
        _of(session).update(session_key=session.session_key)
    touch_due(session.session_key or "")


def leave_session(caller: Caller, user: User, session: SessionBase) -> None:
    """`user` signs out here; the session itself is emptied by who calls this."""
    with record(caller, None) as log:
        UserSession.objects.filter(user=user, session_key=session.session_key or "").delete()
        # Its open streams end by this entry; from now on none may open any more, before the caller has emptied it too.
        Session.objects.filter(pk=session.session_key or "").delete()
        log.append("session.delete", user)


def end_session(caller: Caller, user: User, device_id: int) -> None:
    """Sign `user` out where they're signed in elsewhere.

    Raises:
        NotThere: there's no such session of theirs.
    """
    with record(caller, None) as log:
        ending = UserSession.objects.filter(user=user, pk=device_id).first()
        if ending is None:
            raise NotThere
        old = _end(ending)
        log.append("session.delete", user, old=old)


def end_sessions(caller: Caller, user: User, *, but: str | None = None) -> int:
    """Sign `user` out everywhere, but for the session of the key `but`; how many ended."""
    with record(caller, None) as log:
        ending = list(UserSession.objects.filter(user=user).exclude(session_key=but or ""))
        for session in ending:
            old = _end(session)
            log.append("session.delete", user, old=old)
    return len(ending)


def enter_organization(caller: Caller) -> None:
    """Record that a session of the caller's has entered their organization for the first time.

    Raises:
        NotThere: the caller is no member.
    """
    member = caller.member
    if member is None:
        raise NotThere
    with record(caller, member.organization_id) as log:
        log.append("session.enter", member, subject_id=member.pk)


def _end(session: UserSession) -> dict[str, Any]:
    Session.objects.filter(pk=session.session_key).delete()
    session.delete()
    return {"device": device_of(session.user_agent), "address": session.ip}


def _of(session: SessionBase) -> QuerySet[UserSession]:
    found: QuerySet[UserSession] = UserSession.objects.filter(pk=session.get(DEVICE, 0))
    return found

"""Django's sessions in the database, read by a prepared query: every request reads one."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.timezone import now

from database.prepared import Prepared


@Prepared
def stored(key: str) -> QuerySet[Session]:
    """The session that a cookie's key names, whether or not it has ended."""
    return Session.objects.filter(session_key=key)


class SessionStore(db.SessionStore):
    """Keeps, changes and ends sessions as Django's does."""

    def load(self) -> dict[str, object]:
        session = stored.first(self.session_key) if self.session_key else None
        if session is None or session.expire_date <= now():
            self._session_key = None
            return {}
        data: dict[str, object] = self.decode(session.session_data)
        return data

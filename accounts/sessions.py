"""Sessions in the database, as Django's, found by one query that is compiled once."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.compiled import CompiledQuery

_STORED = CompiledQuery(lambda key: Session.objects.filter(session_key=key), of=[str])


class SessionStore(DatabaseStore):
    """``SESSION_ENGINE``: every page of somebody signed in looks for its session."""

    def _get_session_from_db(self) -> Session | None:
        for stored in _STORED(self.session_key):
            if stored.expire_date > timezone.now():
                return stored
        self._session_key = None
        return None

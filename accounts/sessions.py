"""Sessions in the database, as Django keeps them.

Every page of somebody signed in begins with reading one, so that query is written by hand: Django needs four times as
long to build it as Postgres and the way there and back take.
"""

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection

READ = """
select session_data from django_session where session_key = %s and expire_date > statement_timestamp()
"""


class SessionStore(db.SessionStore):
    """Named so because `SESSION_ENGINE` asks for it."""

    def load(self) -> dict[str, Any]:
        """What the session holds; a key that is unknown or too old is forgotten."""
        with connection.cursor() as cursor:
            cursor.execute(READ, [self.session_key])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])

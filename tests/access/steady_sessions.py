"""Sessions in memory that stay as they were when the browser signed in, whatever a page does to them.

A session of the database would be read some ten thousand times, and be gone after the page that signs out.
"""

from django.contrib.sessions.backends.base import CreateError, SessionBase

KEPT: dict[str, dict] = {}


class SessionStore(SessionBase):
    def load(self):
        return dict(KEPT.get(self.session_key, {}))

    def exists(self, session_key):
        return session_key in KEPT

    def create(self):
        self._session_key = self._get_new_session_key()
        self._session_cache = {}
        self.modified = True

    def save(self, must_create=False):
        if must_create and self.session_key in KEPT:
            raise CreateError
        if self.session_key is None:
            self.create()

    def delete(self, session_key=None):
        pass

    def keep(self):
        """Only the browser does this, once it is signed in."""
        KEPT[self.session_key] = dict(self._get_session())

"""Telling a database that cannot answer just now from a fault of ours."""

from django.db import InterfaceError, OperationalError

# SQLite's primary result codes: busy, locked, read-only, input or output, full, cannot be opened, protocol.
SQLITE = frozenset({5, 6, 8, 10, 13, 14, 15})
# PostgreSQL's classes of SQLSTATE: connection, resources, operator's intervention (shut down, time is up),
# and locks that were not had; none at all when there was no connection.
POSTGRESQL = ("08", "53", "57", "55P03", "40001", "40P01")


def is_away(error: BaseException | None) -> bool:
    """Whether the error says that the database cannot be reached or cannot answer just now."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in SQLITE
    state = getattr(cause, "sqlstate", None)
    return state is None or state.startswith(POSTGRESQL)

"""Database triggers that refuse to change or delete history, on SQLite and PostgreSQL.

Events and snapshots stay as they were written; the chain's head only moves on. Used by the migrations that
make them, by tests that must empty the tables, and by the checks that miss them. A migration that alters one
of these tables on SQLite drops its triggers silently, so it must end with `make`.
"""

EVENT, SNAPSHOT, HEAD = "qa_audit_event", "qa_audit_snapshot", "qa_audit_chainhead"
REFUSAL = "History is append-only"
FUNCTION = f"{EVENT}_refuse"
# What the function of PostgreSQL's triggers does.
BODY = f" BEGIN RAISE EXCEPTION '{REFUSAL}'; END "
# The head may be given the next events, and nothing else.
NOT_ON = "new.sequence <= old.sequence OR new.id <> old.id"
# {name: (table, verb, under which condition it refuses)}
TRIGGERS = {
    f"{EVENT}_no_update": (EVENT, "UPDATE", ""),
    f"{EVENT}_no_delete": (EVENT, "DELETE", ""),
    f"{SNAPSHOT}_no_update": (SNAPSHOT, "UPDATE", ""),
    f"{SNAPSHOT}_no_delete": (SNAPSHOT, "DELETE", ""),
    f"{HEAD}_only_on": (HEAD, "UPDATE", NOT_ON),
    f"{HEAD}_no_delete": (HEAD, "DELETE", ""),
}
# SQLite knows no TRUNCATE: there it is a DELETE.
ON_POSTGRES = {f"{table}_no_truncate": (table, "TRUNCATE", "") for table in (EVENT, SNAPSHOT, HEAD)}


def names(connection) -> list[str]:
    """The triggers that this database must have."""
    return [*_all(connection)]


def make(connection) -> None:
    """Create the triggers, in place of those that are there."""
    drop(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${BODY}$$"
            )
        for name in names(connection):
            cursor.execute(_statement(connection, name))


def drop(connection) -> None:
    """Remove the triggers; harmless when they are not there."""
    with connection.cursor() as cursor:
        for name, (table, _, _) in _all(connection).items():
            on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def missing(connection) -> list[str]:
    """The names of the triggers that are not there, are switched off, or do something else."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, pg_get_triggerdef(pg_trigger.oid, true) FROM pg_trigger "
                "JOIN pg_proc ON pg_proc.oid = tgfoid WHERE prosrc = %s AND tgenabled IN ('O', 'A')",
                [BODY],
            )
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        present = set(cursor.fetchall())
    return [name for name in names(connection) if (name, _statement(connection, name)) not in present]


def _all(connection) -> dict[str, tuple[str, str, str]]:
    return TRIGGERS | (ON_POSTGRES if connection.vendor == "postgresql" else {})


def _statement(connection, name: str) -> str:
    """What makes the trigger, in the very words in which the database gives it back."""
    table, verb, condition = _all(connection)[name]
    on_postgres = connection.vendor == "postgresql"
    each = "STATEMENT" if verb == "TRUNCATE" else "ROW"
    when = f" WHEN ({condition})" if condition and on_postgres else f" WHEN {condition}" if condition else ""
    does = f"EXECUTE FUNCTION {FUNCTION}()" if on_postgres else f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    row = f" FOR EACH {each}" if on_postgres else ""
    return f"CREATE TRIGGER {name} BEFORE {verb} ON {table}{row}{when} {does}"

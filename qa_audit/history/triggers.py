"""Database triggers that refuse to change or delete history, on SQLite and PostgreSQL.

Used by the migration that makes them, by tests that must empty the tables, and by the checks that miss them.
A migration that alters Event on SQLite drops them silently, so it must end with `make`.
"""

TABLE = "qa_audit_event"
VERBS = {f"{TABLE}_no_update": "UPDATE", f"{TABLE}_no_delete": "DELETE"}
REFUSAL = "History is append-only"
# What the function of PostgreSQL's triggers does.
BODY = f" BEGIN RAISE EXCEPTION '{REFUSAL}'; END "


def _statement(connection, name: str) -> str:
    """What makes the trigger, in the very words in which the database gives it back."""
    does = (
        f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()"
        if connection.vendor == "postgresql"
        else f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
    return f"CREATE TRIGGER {name} BEFORE {VERBS[name]} ON {TABLE} {does}"


def make(connection) -> None:
    """Create both triggers, in place of those that are there."""
    drop(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS $${BODY}$$"
            )
        for name in VERBS:
            cursor.execute(_statement(connection, name))


def drop(connection) -> None:
    """Remove both triggers; harmless when they are not there."""
    with connection.cursor() as cursor:
        for name in VERBS:
            on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
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
    return [name for name in VERBS if (name, _statement(connection, name)) not in present]

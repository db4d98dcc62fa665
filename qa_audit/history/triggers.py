"""Database triggers that refuse to change or delete history, on SQLite and PostgreSQL.

Used by the migration that makes them, by tests that must empty the tables, and by the checks that miss them.
A migration that alters Event on SQLite drops them silently, so it must end with `make`.
"""

TABLE = "qa_audit_event"
NAMES = (f"{TABLE}_no_update", f"{TABLE}_no_delete")
REFUSAL = "History is append-only"


def make(connection) -> None:
    """Create both triggers; harmless when they are there."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
            )
        for name, verb in zip(NAMES, ("UPDATE", "DELETE"), strict=True):
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {TABLE}")
                cursor.execute(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {TABLE} "
                    f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()"
                )
            else:
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {verb} ON {TABLE} "
                    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                )


def drop(connection) -> None:
    """Remove both triggers; harmless when they are not there."""
    with connection.cursor() as cursor:
        for name in NAMES:
            on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def missing(connection) -> list[str]:
    """The names of the triggers that are not there."""
    source = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(source)
        present = {row[0] for row in cursor.fetchall()}
    return [name for name in NAMES if name not in present]

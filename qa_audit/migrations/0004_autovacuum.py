from django.db import migrations

# On PostgreSQL, index-only scans stay index-only when a table that only grows is vacuumed early.
TABLES = ("qa_audit_audit", "qa_audit_answer", "qa_audit_domaingrade")


def _set(schema_editor, command):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"ALTER TABLE {table} {command}")


def early(apps, schema_editor):
    _set(schema_editor, "SET (autovacuum_vacuum_insert_scale_factor = 0.02)")


def default(apps, schema_editor):
    _set(schema_editor, "RESET (autovacuum_vacuum_insert_scale_factor)")


class Migration(migrations.Migration):
    dependencies = [("qa_audit", "0003_cache_table")]
    operations = [migrations.RunPython(early, default)]

from django.db import migrations

from qa_audit.history import triggers


def make(apps, schema_editor):
    triggers.make(schema_editor.connection)


class Migration(migrations.Migration):
    """Triggers on snapshots and on the chain's head, beside those on events."""

    dependencies = [("qa_audit", "0008_earlier_auditors")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

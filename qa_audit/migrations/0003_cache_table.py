from django.conf import settings
from django.core.management import call_command
from django.db import migrations


def make(apps, schema_editor):
    # `migrate` alone must give a working site: throttles and sessions need the cache's table.
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def drop(apps, schema_editor):
    table = schema_editor.quote_name(settings.CACHES["default"]["LOCATION"])
    schema_editor.execute(f"DROP TABLE {table}")


class Migration(migrations.Migration):
    dependencies = [("qa_audit", "0002_history_triggers")]
    operations = [migrations.RunPython(make, drop)]

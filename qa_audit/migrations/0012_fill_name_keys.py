from django.db import migrations

from qa_audit.common.names import fill_keys

NAMED = {
    "Service": "name",
    "FormerName": "name",
    "Team": "name",
    "TeamAlias": "name",
    "Theme": "title",
    "Tool": "title",
}


def fill(apps, schema_editor):
    for model, of in NAMED.items():
        fill_keys(apps.get_model("qa_audit", model), f"{of}_key", of)


class Migration(migrations.Migration):
    dependencies = [("qa_audit", "0011_name_keys")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

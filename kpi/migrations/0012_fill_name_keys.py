from django.db import migrations

from qa_audit.common.names import fill_keys


def fill(apps, schema_editor):
    fill_keys(apps.get_model("kpi", "Area"), "title_key", "title")
    fill_keys(apps.get_model("kpi", "Indicator"), "code_key", "code")
    fill_keys(apps.get_model("kpi", "ExternalCode"), "code_key", "code")


class Migration(migrations.Migration):
    dependencies = [("kpi", "0011_name_keys")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

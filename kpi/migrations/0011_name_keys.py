from django.db import migrations

from qa_audit.common.names import NameKey


class Migration(migrations.Migration):
    """A key beside each title and code, filled by the next migration and unique from the one after it on."""

    dependencies = [("kpi", "0010_codes_elsewhere_and_merging")]

    operations = [
        migrations.AddField("area", "title_key", NameKey(of="title")),
        migrations.AddField("indicator", "code_key", NameKey(of="code")),
        migrations.AddField("externalcode", "code_key", NameKey(of="code")),
    ]

from django.db import migrations

from qa_audit.common.names import NameKey

NAMED = {
    "service": "name",
    "formername": "name",
    "team": "name",
    "teamalias": "name",
    "theme": "title",
    "tool": "title",
}


class Migration(migrations.Migration):
    """A key beside each name, filled by the next migration and unique from the one after it on."""

    dependencies = [("qa_audit", "0010_job_lock")]

    operations = [migrations.AddField(model, f"{of}_key", NameKey(of=of)) for model, of in NAMED.items()]

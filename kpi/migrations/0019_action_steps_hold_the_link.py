"""What an action step will do and how it ended stands in its action alone."""

import django.db.models.deletion
from django.db import migrations, models

MOVED = ("text", "owner_role", "due_on", "status", "outcome", "ended_on", "written_by", "version", "service")


class Migration(migrations.Migration):
    dependencies = [("kpi", "0018_action_steps_become_actions")]

    operations = [
        migrations.AlterModelOptions("actionstep", {"ordering": ["action__due_on", "pk"]}),
        *(migrations.RemoveField("actionstep", name) for name in MOVED),
        migrations.AlterField(
            "actionstep",
            "action",
            models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="qa_audit.action"
            ),
        ),
    ]

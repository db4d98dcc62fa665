"""Action steps may stand without words of their own: an action has them. Nothing is moved yet."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def may_be_empty(name: str, field: models.Field) -> migrations.AlterField:
    return migrations.AlterField("actionstep", name, field)


def to(model: str) -> models.ForeignKey:
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model
    )


class Migration(migrations.Migration):
    dependencies = [("kpi", "0016_files_that_wait"), ("qa_audit", "0021_actions")]

    operations = [
        migrations.RemoveConstraint("actionstep", "ended_action_step_has_its_day"),
        may_be_empty("text", models.TextField(null=True)),
        may_be_empty("owner_role", models.CharField(max_length=120, null=True)),
        may_be_empty("due_on", models.DateField(null=True)),
        may_be_empty("status", models.CharField(max_length=7, null=True)),
        may_be_empty("outcome", models.TextField(null=True)),
        may_be_empty("written_by", to(settings.AUTH_USER_MODEL)),
        may_be_empty("version", models.PositiveIntegerField(null=True)),
        migrations.AddField(
            "actionstep",
            "action",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="qa_audit.action"
            ),
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models


def job() -> models.OneToOneField:
    return models.OneToOneField(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to="qa_audit.job",
    )


class Migration(migrations.Migration):
    dependencies = [("kpi", "0019_action_steps_hold_the_link"), ("qa_audit", "0022_jobs")]

    operations = [
        migrations.AddField(model_name="upload", name="job", field=job()),
        migrations.AddField(model_name="return", name="job", field=job()),
    ]

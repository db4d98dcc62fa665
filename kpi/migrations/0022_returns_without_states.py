import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Every return is an accepted one: five of its states were never used, nor were its two counters read."""

    dependencies = [("kpi", "0021_fill_jobs_of_returns")]

    operations = [
        migrations.RemoveConstraint(model_name="return", name="accepted_return_has_its_time"),
        # On the way back the rows get the one state that there was.
        migrations.AlterField(
            model_name="return",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting to be checked"),
                    ("checking", "Being checked"),
                    ("checked", "Checked"),
                    ("storing", "Being stored"),
                    ("accepted", "Accepted"),
                    ("stopped", "Stopped"),
                ],
                default="accepted",
                max_length=8,
            ),
        ),
        *(
            migrations.RemoveField(model_name="return", name=name)
            for name in ("state", "rows_expected", "rows_read", "taking_back_since", "told")
        ),
        *(
            migrations.RemoveField(model_name="upload", name=name)
            for name in ("state", "rows_expected", "rows_read", "progressed_at", "told")
        ),
        migrations.AlterField(
            model_name="return",
            name="accepted_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]

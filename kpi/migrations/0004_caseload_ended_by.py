import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kpi", "0003_chart_baselines"),
    ]

    operations = [
        migrations.AddField(
            model_name="caseload",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ended_caseloads",
                to="kpi.return",
            ),
        ),
    ]

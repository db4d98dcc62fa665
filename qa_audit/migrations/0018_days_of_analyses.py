from django.conf import settings
from django.db import migrations
from django.utils import timezone

from qa_audit.common.dates import year_around


def move(Analysis, new_end) -> None:
    """Give words another last day, unless others stand there already."""
    for analysis in Analysis.objects.order_by("written_at"):
        wrote = timezone.localdate(analysis.written_at)
        year = year_around(wrote, settings.REPORTING_YEAR_BEGINS)
        if analysis.period_from != year[0] or not (end := new_end(analysis.period_to, wrote, year[1])):
            continue
        same = Analysis.objects.filter(
            service=analysis.service_id, period_from=analysis.period_from, period_to=end, is_current=True
        )
        if not (analysis.is_current and same.exists()):
            analysis.period_to = end
            analysis.save(update_fields=["period_to"])


def to_the_day(apps, schema_editor):
    """Words about a year to date were kept as that whole year: they were written for its days so far."""
    move(
        apps.get_model("qa_audit", "Analysis"), lambda end, wrote, of_year: wrote if end == of_year else None
    )


def to_the_year(apps, schema_editor):
    move(
        apps.get_model("qa_audit", "Analysis"), lambda end, wrote, of_year: of_year if end == wrote else None
    )


class Migration(migrations.Migration):
    dependencies = [("qa_audit", "0017_deputies")]

    operations = [migrations.RunPython(to_the_day, to_the_year)]

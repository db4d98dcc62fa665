"""The day on which each commentary got its words, as far as history knows it."""

from django.db import migrations


def take_from_history(apps, schema_editor):
    events = apps.get_model("qa_audit", "Event").objects.filter(
        object_type="commentary", action="commentary written"
    )
    written = dict(events.order_by("sequence").values_list("object_id", "at"))
    commentaries = apps.get_model("kpi", "Commentary").objects
    for pk in commentaries.filter(pk__in=written).values_list("pk", flat=True):
        commentaries.filter(pk=pk).update(written_at=written[pk])


class Migration(migrations.Migration):
    dependencies = [("kpi", "0014_analysis_of_areas")]

    operations = [migrations.RunPython(take_from_history, migrations.RunPython.noop)]

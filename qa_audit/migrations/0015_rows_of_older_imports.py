from django.db import migrations


def link_rows(apps, schema_editor):
    """What an import made stands in history right before the import itself, in the same transaction.

    Where history says anything else, nothing is linked, and the import's page says so.
    """
    Event = apps.get_model("qa_audit", "Event")
    PastImport = apps.get_model("qa_audit", "PastImport")
    ImportedRow = apps.get_model("qa_audit", "ImportedRow")
    known = {
        "audit": set(
            apps.get_model("qa_audit", "Audit").objects.filter(is_imported=True).values_list("pk", flat=True)
        ),
        "learningreview": set(
            apps.get_model("qa_audit", "LearningReview")
            .objects.filter(is_imported=True)
            .values_list("pk", flat=True)
        ),
    }
    for made in PastImport.objects.filter(imported=None):
        event = Event.objects.filter(
            action="past audits imported", object_type="pastimport", object_id=made.pk
        ).first()
        if event is None:
            continue
        before = Event.objects.filter(
            sequence__gte=event.sequence - made.made, sequence__lt=event.sequence, action="imported"
        ).order_by("sequence")
        found = [(kind, pk) for kind, pk in before.values_list("object_type", "object_id")]
        if len(found) == made.made and all(pk in known.get(kind, ()) for kind, pk in found):
            ImportedRow.objects.bulk_create(
                (
                    ImportedRow(past_import=made, **{"audit_id" if kind == "audit" else "review_id": pk})
                    for kind, pk in found
                ),
                batch_size=500,
            )


class Migration(migrations.Migration):
    dependencies = [("qa_audit", "0014_rows_of_imports")]

    operations = [migrations.RunPython(link_rows, migrations.RunPython.noop)]

"""Each action step becomes an action of its own number, under which history finds its earlier events.

Done: closed, not verified. No longer needed: closed as that. Nobody had looked whether it helped.
"""

from django.core.management.color import no_style
from django.db import migrations

SAME = ("service_id", "text", "due_on", "outcome", "written_by_id", "version")


def to_actions(apps, schema_editor):
    Action, Step = apps.get_model("qa_audit", "Action"), apps.get_model("kpi", "ActionStep")
    steps = list(Step.objects.all())
    for step in steps:
        step.action_id = step.pk
    Action.objects.bulk_create(
        [
            Action(
                pk=step.pk,
                origin="indicator",
                owner_role=step.owner_role or "Not stated",
                state="open" if step.status == "open" else "closed",
                closed_as="" if step.status == "open" else step.status,
                closed_on=step.ended_on,
                **{name: getattr(step, name) for name in SAME},
            )
            for step in steps
        ],
        batch_size=500,
    )
    Step.objects.bulk_update(steps, ["action"], batch_size=500)
    # The next action must not take the number of a step.
    for statement in schema_editor.connection.ops.sequence_reset_sql(no_style(), [Action]):
        schema_editor.execute(statement)


def to_steps(apps, schema_editor):
    Action, Step = apps.get_model("qa_audit", "Action"), apps.get_model("kpi", "ActionStep")
    for step in Step.objects.select_related("action"):
        action, step.action = step.action, None
        step.owner_role, step.ended_on = action.owner_role, action.closed_on
        step.status = action.closed_as or action.state
        for name in SAME:
            setattr(step, name, getattr(action, name))
        step.save()
    Action.objects.filter(origin="indicator").delete()


class Migration(migrations.Migration):
    dependencies = [("kpi", "0017_room_for_actions")]

    operations = [migrations.RunPython(to_actions, to_steps)]

"""What goes on with a file or a return is said by its job."""

from datetime import timedelta

from django.db import migrations

UPLOAD_SILENT_AFTER, RETURN_SILENT_AFTER = timedelta(minutes=2), timedelta(minutes=15)
STOPPED = "The work has stopped, and nothing was taken back. Try again."
# The state of an upload as the kind and the state of its job; one that waited has none.
JOBS = {
    "checking": ("check", "running"),
    "checked": ("check", "done"),
    "storing": ("store", "running"),
    "stopped": ("check", "stopped"),
}


def fill(apps, schema_editor):
    Job = apps.get_model("qa_audit", "Job")
    uploads = apps.get_model("kpi", "Upload").objects.exclude(state="waiting").defer("content", "outcome")
    for one in uploads:
        kind, state = JOBS[one.state]
        if one.told and state == "done":
            state = "refused"
        one.job = Job.objects.create(
            kind=kind,
            state=state,
            done=one.rows_read,
            expected=one.rows_expected,
            error=one.told,
            by_id=one.user_id,
            begun_at=one.uploaded_at,
            alive_until=one.progressed_at + UPLOAD_SILENT_AFTER,
        )
        one.save(update_fields=["job"])
    returns = apps.get_model("kpi", "Return").objects.defer("content", "outcome")
    for one in returns.exclude(taking_back_since=None, told=""):
        begun_at = one.taking_back_since or one.accepted_at
        state = "running" if one.taking_back_since else "stopped" if one.told == STOPPED else "refused"
        one.job = Job.objects.create(
            kind="take_back",
            state=state,
            error=one.told if state == "refused" else "",
            by_id=one.by_id,
            begun_at=begun_at,
            alive_until=begun_at + RETURN_SILENT_AFTER,
        )
        one.save(update_fields=["job"])


def unfill(apps, schema_editor):
    uploads = apps.get_model("kpi", "Upload").objects.exclude(job=None).defer("content", "outcome")
    for one in uploads.select_related("job"):
        job = one.job
        states = {"running": "checking" if job.kind == "check" else "storing", "stopped": "stopped"}
        one.state, one.told = states.get(job.state, "checked"), job.error
        one.rows_read, one.rows_expected = job.done, job.expected
        one.progressed_at = job.alive_until - UPLOAD_SILENT_AFTER
        one.save(update_fields=["state", "told", "rows_read", "rows_expected", "progressed_at"])
    returns = apps.get_model("kpi", "Return").objects.exclude(job=None).defer("content", "outcome")
    for one in returns.select_related("job"):
        one.told = STOPPED if one.job.state == "stopped" else one.job.error
        one.taking_back_since = one.job.begun_at if one.job.state == "running" else None
        one.save(update_fields=["told", "taking_back_since"])


class Migration(migrations.Migration):
    dependencies = [("kpi", "0020_jobs_of_returns")]

    operations = [migrations.RunPython(fill, unfill)]

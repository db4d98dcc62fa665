"""What partner agencies found: entered by the audit's auditor or a QA lead until the audit is agreed."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from qa_audit.audits.actions.holding import begin_if_waiting
from qa_audit.audits.actions.snapshots import snapshot
from qa_audit.audits.models.agencies import PartnerAgency
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.permissions import is_its_auditor, may_write_agencies
from qa_audit.common.names import same_name
from qa_audit.common.versions import hold, require_version
from qa_audit.history.actions import difference, record
from qa_audit.people.models import User

FIELDS = ("agency", "grade", "strengths", "improvements")
TWICE = "This agency already has a row in this audit: change that one"


@transaction.atomic
def add_agency(*, audit: Audit, by: User, **values: str) -> PartnerAgency:
    """An agency's row, by `FIELDS`. A form sent twice adds nothing; raises ValidationError for a twin."""
    audit = _hold(audit, by)
    twin = audit.partner_agencies.filter(same_name(values["agency"], "agency_key")).first()
    if twin and _content(twin) == values:
        return twin
    _refuse(twin)
    row = PartnerAgency.objects.create(audit=audit, saved_by=by, **values)
    _record("partner agency added", audit, by, row.agency, dict.fromkeys(FIELDS, ""), _content(row))
    return row


@transaction.atomic
def change_agency(*, row: PartnerAgency, by: User, version: int, **values: str) -> PartnerAgency:
    """New words or another grade over the version that the person saw, or ChangedMeanwhile."""
    audit = _hold(row.audit, by)
    row = hold(row)
    require_version(row, version)
    _refuse(
        audit.partner_agencies.filter(same_name(values["agency"], "agency_key")).exclude(pk=row.pk).first()
    )
    before, name = _content(row), row.agency
    if before == values:
        return row
    for field, value in values.items():
        setattr(row, field, value)
    row.version, row.saved_by, row.saved_at = row.version + 1, by, timezone.now()
    row.save()
    _record("partner agency changed", audit, by, name, before, values)
    return row


@transaction.atomic
def remove_agency(*, row: PartnerAgency, by: User) -> Audit:
    """Take a row away that was entered by mistake; history keeps that it was there."""
    audit = _hold(row.audit, by)
    row = hold(row)
    before = _content(row)
    row.delete()
    _record("partner agency removed", audit, by, row.agency, before, dict.fromkeys(FIELDS, ""))
    return audit


def _hold(audit: Audit, by: User) -> Audit:
    """The audit as it is now, locked until the transaction ends, if the person may still enter rows."""
    held = Audit.objects.select_for_update(no_key=True).get(pk=audit.pk)
    if not may_write_agencies(by, held):
        raise PermissionDenied
    return held


def _refuse(twin: PartnerAgency | None) -> None:
    if twin:
        raise ValidationError({"agency": TWICE})


def _content(row: PartnerAgency) -> dict[str, str]:
    return {field: getattr(row, field) for field in FIELDS}


def _record(action: str, audit: Audit, by: User, agency: str, before: dict, after: dict) -> None:
    """One event for each change; once the audit is submitted with a snapshot, which no move would bring."""
    if audit.is_open and is_its_auditor(by, audit):
        begin_if_waiting(audit, by)
    before, after = ({**content, "grade": _words(content["grade"])} for content in (before, after))
    changes = {
        f"{agency}: {_label(field)}": change
        for field, change in difference(before, after, ("strengths", "improvements")).items()
    }
    whole = None if audit.is_open else snapshot(Audit.objects.get(pk=audit.pk))
    record(action, by=by, obj=audit, changes=changes, snapshot=whole)


def _words(grade: str) -> str:
    return dict(PartnerAgency._meta.get_field("grade").choices).get(grade, "")


def _label(field: str) -> str:
    return str(PartnerAgency._meta.get_field(field).verbose_name)

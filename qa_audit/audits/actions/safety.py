"""A child is unsafe now: the concern leaves the audit as a notice."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from qa_audit.audits.actions.holding import begin_if_waiting
from qa_audit.audits.actions.snapshots import snapshot
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.permissions import may_raise_concern
from qa_audit.history.actions import record
from qa_audit.notices.actions import raise_notice
from qa_audit.notices.models import Notice
from qa_audit.people.models import User


@transaction.atomic
def raise_concern(*, audit: Audit, by: User, **facts: str | date | datetime) -> Notice:
    """Notify the team's manager, the head of service and the QA lead.

    In: `facts` of the concern, as `raise_notice` takes them. The same form sent twice is one notice; another
    concern of the same audit is another. A concern after the audit was submitted keeps a snapshot, as every
    change then does.
    """
    audit = Audit.objects.select_for_update(no_key=True).get(pk=audit.pk)
    if not may_raise_concern(by, audit):
        raise PermissionDenied
    sent_before = Notice.objects.filter(reference=audit.reference, raised_by=by, **facts).first()
    if sent_before:
        return sent_before
    if audit.is_open:
        begin_if_waiting(audit, by)
    about = {name: getattr(audit, name) for name in ("reference", "case_reference", "service", "team")}
    notice = raise_notice(by=by, **about, **facts)
    changes = {"Is a child unsafe now?": [audit.child_unsafe, Audit.Safety.YES]}
    audit.notice = audit.notice or notice
    audit.child_unsafe = Audit.Safety.YES
    audit.version += 1
    audit.save(update_fields=["notice", "child_unsafe", "version"])
    content = None if audit.is_open else snapshot(audit)
    record("concern raised", by=by, obj=audit, changes=changes, snapshot=content)
    return notice

"""Starting an audit."""

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from qa_audit.audits.actions.snapshots import snapshot
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.models.series import ReferenceSeries
from qa_audit.audits.permissions import may_start, refusal_of_capacity, refusal_of_team
from qa_audit.common.dates import add_working_days
from qa_audit.common.versions import made_once
from qa_audit.history.actions import record
from qa_audit.people.models import Service, Team, User
from qa_audit.tools.models import ToolVersion

# What an earlier audit of the same case already knows; nobody retypes it.
KNOWN_OF_A_CASE = (
    "case_system",
    "earlier_reference",
    "age_band",
    "sex",
    "ethnic_group",
    "is_disabled",
    "is_unaccompanied",
    "is_unborn",
    "is_missing_or_exploited",
    "children_count",
)


def start_audit(
    *,
    by: User,
    token: str,
    tool_version: ToolVersion,
    case_reference: str,
    service: Service,
    team: Team | None,
    capacity: str,
    reason_chosen: str,
    theme: str = "",
) -> Audit:
    """A new audit, with what an earlier audit of the case knows; the same token twice gives one."""
    if not may_start(by):
        raise PermissionDenied
    today = timezone.localdate()
    audit = Audit(
        creation_token=token,
        auditor=by,
        tool_version=tool_version,
        case_reference=case_reference,
        service=service,
        team=team,
        capacity=capacity,
        reason_chosen=reason_chosen,
        theme=theme,
        state=State.IN_PROGRESS,
        allocated_on=today,
        due_on=add_working_days(today, settings.AUDIT_DUE_WORKING_DAYS),
    )
    return create_once(audit, word="started", by=by)


def create_once(audit: Audit, *, word: str, by: User) -> Audit:
    """Store a new audit with what follows from its header; the one of the same token where there is one."""
    auditor = audit.auditor
    if refusal := refusal_of_capacity(auditor, audit.capacity) or refusal_of_team(
        auditor, audit.capacity, audit.team
    ):
        raise ValidationError(refusal)
    audit.kind = audit.derived_kind()
    audit.is_own_team = audit.is_of_own_team(auditor)
    earlier = known_of(audit.case_reference, by)
    for name in KNOWN_OF_A_CASE if earlier else ():
        setattr(audit, name, getattr(earlier, name))

    def make() -> Audit:
        audit.reference = ReferenceSeries.take("A", audit.audited_on.year)[0]
        audit.save(force_insert=True)
        changes = {"auditor": [None, str(auditor)]}
        record(word, by=by, obj=audit, changes=changes, snapshot=snapshot(audit))
        return audit

    return made_once(make, Audit.objects.filter(creation_token=audit.creation_token, auditor=auditor))


def known_of(case_reference: str, user: User) -> Audit | None:
    """The newest audit of the case that the person may open."""
    return (
        Audit.objects.visible_to(user)
        .of_case(case_reference)
        .exclude(state=State.WITHDRAWN)
        .select_related("service", "team")
        .first()
    )

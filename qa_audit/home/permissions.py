"""Which findings a person may read, and which audits can be agreed without giving a reason."""

from datetime import datetime, time

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from qa_audit.audits.models.audit import Audit, State
from qa_audit.common.dates import LONDON, add_working_days
from qa_audit.findings.models import Finding
from qa_audit.learning.models import LearningReview, ReviewStatus
from qa_audit.people.models import Role, User


def findings_open_to(user: User) -> QuerySet:
    """Findings of audits and reviews that the person may open and that are not withdrawn.

    A moderator who is still to judge sees none of that audit's: the severity tells of the grade.
    """
    audits = Audit.objects.visible_to(user).showing_grades_to(user).exclude(state=State.WITHDRAWN)
    reviews = LearningReview.objects.visible_to(user).exclude(status=ReviewStatus.WITHDRAWN)
    found = Finding.objects.filter(
        Q(audit_finding__audit__in=audits.values("pk")) | Q(review_finding__review__in=reviews.values("pk"))
    )
    return found.select_related("service", "team", "audit_finding__audit", "review_finding__review").order_by(
        F("found_on").desc(), "-pk"
    )


def who_did_not_write(people: QuerySet) -> QuerySet:
    """Of the people, inside a query of audits: those who neither are its auditor nor were."""
    earlier = Audit.earlier_auditors.through.objects.filter(audit=OuterRef(OuterRef("pk")))
    return people.exclude(pk=OuterRef("auditor")).exclude(pk__in=earlier.values("user"))


def ready_to_agree(audits: QuerySet) -> QuerySet:
    """Those that `audits.permissions.why_agreeing_is_early` says nothing against, in one query.

    Shared, and checked by the team's manager, or past the days for that, or of a team without a manager.
    """
    first_day_in_time = add_working_days(timezone.localdate(), -settings.ACCURACY_CHECK_WORKING_DAYS)
    begins = datetime.combine(first_day_in_time, time.min, LONDON)
    managers = User.objects.active().filter(grants__role=Role.MANAGER, grants__team=OuterRef("team"))
    somebody_checks = Exists(who_did_not_write(managers))
    return audits.filter(state=State.SHARED).filter(
        Q(accuracy_noted_at__isnull=False) | Q(shared_at__lt=begins) | ~somebody_checks
    )

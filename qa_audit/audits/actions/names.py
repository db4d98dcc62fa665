"""What looked like a name and is none."""

from django.db import transaction

from qa_audit.audits.actions.holding import hold
from qa_audit.audits.checks.sightings import LONGEST_NOT_A_NAME, sightings
from qa_audit.audits.models.answers import NotAName
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.sheet.pages import AuditSheet
from qa_audit.history.actions import record
from qa_audit.people.models import User


@transaction.atomic
def say_not_a_name(*, audit: Audit, by: User, text: str) -> None:
    """Remember that this text in this audit names nobody, so that the check is silent about it.

    Only what the check asks about can be declared, and no number or e-mail address of a person.
    """
    audit = hold(audit, by)
    text = text.strip()[:LONGEST_NOT_A_NAME].casefold()
    open_ones = {
        problem.sighted.casefold() for problem in sightings(AuditSheet(audit)) if problem.may_be_declared
    }
    if text in open_ones and NotAName.objects.get_or_create(audit=audit, text=text)[1]:
        record("said not a name", by=by, obj=audit)

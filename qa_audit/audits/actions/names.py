"""What looked like a name and is none."""

from django.db import transaction

from qa_audit.audits.actions.holding import hold
from qa_audit.audits.checks import LONGEST_NOT_A_NAME
from qa_audit.audits.models import Audit, NotAName
from qa_audit.history.actions import record
from qa_audit.people.models import User


@transaction.atomic
def say_not_a_name(*, audit: Audit, by: User, text: str) -> None:
    """Remember that this text in this audit names nobody, so that the check is silent about it."""
    audit = hold(audit, by)
    text = text.strip()[:LONGEST_NOT_A_NAME].casefold()
    if text and NotAName.objects.get_or_create(audit=audit, text=text)[1]:
        record("said not a name", by=by, obj=audit)

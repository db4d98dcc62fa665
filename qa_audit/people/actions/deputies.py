"""Standing in for somebody who is away."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from qa_audit.history.actions import record
from qa_audit.people.models import Deputy, User
from qa_audit.people.permissions import may_be_deputy, require_administrator


@transaction.atomic
def name_deputy(*, person: User, deputy: User, starts_on: date, ends_on: date, by: User) -> Deputy:
    """Let the deputy act within the person's roles from the first to the last day, both included.

    Raises ValidationError for an administrator who names themselves, for days that are over or turned round,
    and where the two already stand so on one of the days.
    """
    require_administrator(by)
    if not may_be_deputy(by, person, deputy):
        raise ValidationError({"deputy": "Choose somebody else: not the person themselves, and not yourself"})
    if ends_on < starts_on:
        raise ValidationError({"ends_on": "The last day must be on or after the first day"})
    if ends_on < timezone.localdate():
        raise ValidationError({"ends_on": "The last day has passed"})
    if Deputy.objects.filter(
        person=person, deputy=deputy, starts_on__lte=ends_on, ends_on__gte=starts_on
    ).exists():
        raise ValidationError({"deputy": f"{deputy} is already their deputy on some of these days"})
    deputyship = Deputy.objects.create(person=person, deputy=deputy, starts_on=starts_on, ends_on=ends_on)
    record("deputy named", by=by, obj=person, changes={"deputy": [None, str(deputyship)]})
    return deputyship


@transaction.atomic
def end_deputy(*, deputyship: Deputy, by: User) -> User:
    """End it with the deputy's next request. What they did stays in history under both names."""
    require_administrator(by)
    # Two presses at once: the second finds nothing.
    held = Deputy.objects.select_for_update().filter(pk=deputyship.pk).first()
    if held is None:
        raise PermissionDenied
    held.delete()
    record("deputy ended", by=by, obj=deputyship.person, changes={"deputy": [str(deputyship), None]})
    return deputyship.person

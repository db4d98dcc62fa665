"""Who may take an audit over: active, holding the role for it, and apart from those they would judge."""

from django.db.models import prefetch_related_objects

from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.models.header import Capacity
from qa_audit.audits.permissions import has_written, refusal_of_capacity, refusal_of_team
from qa_audit.history.models import Event
from qa_audit.people.models import Role, User


def people_to_hand_to(audit: Audit) -> list[User]:
    """Everybody who may take the audit over as it stands, by name."""
    prefetch_related_objects([audit], "earlier_auditors")
    return who_may_take(audit, possible_takers())


def possible_takers() -> list[User]:
    """Active people with a role in which audits are filled in or moderated, by name."""
    people = User.objects.with_role(Role.AUDITOR, Role.MANAGER, Role.QA_LEAD)
    return list(people.prefetch_related("grants__team"))


def who_may_take(audit: Audit, people: list[User]) -> list[User]:
    """Of these people, those who may."""
    readers = _readers(audit) if audit.state == State.IN_MODERATION else frozenset()
    return [person for person in people if not _refusal(person, audit, readers)]


def refusal_of_taker(person: User, audit: Audit) -> str:
    """Why this person cannot take the audit over, as its auditor or its moderator; nothing when they can."""
    return _refusal(person, audit, _readers(audit))


def _refusal(person: User, audit: Audit, readers: frozenset[int]) -> str:
    if not person.is_active:
        return f"The account of {person} has ended"
    if audit.state == State.IN_MODERATION:
        return _refusal_of_moderator(person, audit, readers)
    if person.pk == audit.auditor_id:
        return f"{person} already has it"
    if refusal := refusal_of_capacity(person, audit.capacity):
        return f"{person}: {refusal}"
    if audit.capacity == Capacity.MANAGER:
        return refusal_of_team(person, audit.capacity, audit.team)
    return refusal_of_line(person, audit)


def _refusal_of_moderator(person: User, audit: Audit, readers: frozenset[int]) -> str:
    if person.pk == audit.moderator_id:
        return f"{person} already has it"
    if not person.has_role(Role.AUDITOR, Role.QA_LEAD):
        return f"{person} is neither an auditor nor a QA lead"
    if has_written(person, audit):
        return f"{person} has written in it, so cannot moderate it"
    if person.pk in readers:
        return f"{person} has read it since it was submitted: a moderator must not have seen its grades"
    return refusal_of_line(person, audit)


def refusal_of_line(person: User, audit: Audit) -> str:
    """Why somebody stands too near to the team: they manage it, head its service or work in it."""
    if audit.team_id and audit.team_id in person.managed_team_ids:
        return f"{person} manages {audit.team}"
    if audit.service_id in person.headed_service_ids:
        return f"{person} heads {audit.service}"
    if audit.team_id and audit.team_id == person.team_id:
        return f"{person} works in {audit.team}"
    return ""


def _readers(audit: Audit) -> frozenset[int]:
    """Who has opened it since it was submitted."""
    readings = Event.objects.about(audit).readings().filter(at__gte=audit.submitted_at or audit.created_at)
    return frozenset(readings.values_list("actor_id", flat=True))

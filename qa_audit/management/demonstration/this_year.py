"""The current year: audits in every state that can be reached, with something waiting in each account.

Nothing is in moderation and nothing is challenged: nobody can bring an audit there yet.
"""

from datetime import date, timedelta
from itertools import cycle
from random import Random

from django.utils import timezone

from qa_audit.audits.actions.moves import hand_over
from qa_audit.audits.actions.safety import raise_concern
from qa_audit.audits.models.agencies import PartnerAgency
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.models.header import Kind, ReasonChosen
from qa_audit.common.dates import add_working_days, months_back
from qa_audit.management.demonstration.content import content
from qa_audit.management.demonstration.council import Council, address
from qa_audit.management.demonstration.judgements import DECISIONS, pick
from qa_audit.management.demonstration.sheets import FilledSheet, Writer
from qa_audit.management.demonstration.year_2021 import Planner, agree, at, working_days
from qa_audit.people.actions.persons import add_person, end_person, give_role
from qa_audit.people.models import Role, User
from qa_audit.tools.models import Grade, Scale

# How many audits of each service are agreed by now.
AGREED = {
    "Children's Resource Service": 12,
    "Children and Families First": 8,
    "Brief Intervention Teams": 8,
    "Social Work with Families": 16,
    "Young People's Service": 4,
    "Intensive and Complex Assessment Team": 4,
    "Pathways through Care": 16,
    "Fostering": 6,
    "Adoption": 3,
    "Children with Disabilities": 6,
}
# And how many are under way, spread over the services and over both auditors.
UNDER_WAY = {
    State.ALLOCATED: 8,
    State.IN_PROGRESS: 8,
    State.RETURNED: 4,
    State.SUBMITTED: 8,
    State.SHARED: 8,
    State.WITHDRAWN: 2,
}
# How many working days ago those in time were allocated, where that is more than four.
ALLOCATED_AGO = {State.RETURNED: 9, State.WITHDRAWN: 9, State.AGREED: 12}
MANAGERS_SERVICE = "Social Work with Families"
GRADES = {Grade.OUTSTANDING: 3, Grade.GOOD: 55, Grade.REQUIRES_IMPROVEMENT: 36, Grade.INADEQUATE: 6}
# Of those that are agreed, so many belong to this calendar year however young it is.
IN_THIS_CALENDAR_YEAR = 24


class Maker:
    """Makes the audits of the current year, seen from today."""

    def __init__(self, council: Council, today: date):
        self.rng = Random("this year")  # noqa: S311  invented data needs no secret
        self.council, self.today = council, today
        self.planner, self.writer = Planner(self.rng, council), Writer(self.rng)
        self.accounts = [council.people["auditor"], council.people["auditor2"]]

    def sheets(self) -> list[FilledSheet]:
        """Every audit of the year; nothing is stored."""
        sheets = [*self._agreed(), *self._under_way(), *self._managers()]
        self._audit_with_partners(sheets)
        return sheets

    def _audit_with_partners(self, sheets: list[FilledSheet]) -> None:
        """Some were multi-agency audits: of one theme, with a row for each partner; one is still shared."""
        partners = content("agencies")
        agreed = [one for one in sheets if one.audit.state == State.AGREED and one.audit.kind != Kind.MANAGER]
        shared = [one for one in sheets if one.audit.state == State.SHARED]
        for sheet in [*agreed[: partners["audits"]], *shared[:1]]:
            sheet.audit.theme, sheet.audit.reason_chosen = partners["theme"], ReasonChosen.THEME
            sheet.audit.kind = Kind.THEMATIC
            sheet.agencies = [
                PartnerAgency(
                    audit=sheet.audit,
                    agency=agency["agency"],
                    grade=self.rng.choice(agency["grades"]),
                    strengths=self.rng.choice(agency["strengths"]),
                    improvements=self.rng.choice(agency["improvements"]),
                    saved_by=sheet.audit.auditor,
                )
                for agency in partners["agencies"]
            ]

    def _agreed(self) -> list[FilledSheet]:
        earlier = working_days(self.today - timedelta(days=300), self.today - timedelta(days=12))
        lately = working_days(self.today.replace(month=1, day=1), self.today)
        services = [service for service, number in AGREED.items() for _ in range(number)]
        self.rng.shuffle(services)
        # The manager reads figures of their own team alone: each team of the service has its share.
        teams = cycle(self.council.teams[MANAGERS_SERVICE])
        sheets = []
        for number, service in enumerate(services):
            day = self.rng.choice(lately if number < IN_THIS_CALENDAR_YEAR else earlier)
            sheet = self.planner.plan(service, day)
            if service == MANAGERS_SERVICE:
                sheet.audit.team = next(teams)
            agree(self._filled(sheet).audit)
            sheets.append(sheet)
        return sheets

    def _under_way(self) -> list[FilledSheet]:
        states = [state for state, number in UNDER_WAY.items() for _ in range(number)]
        services = list(AGREED)
        sheets = []
        for number, state in enumerate(states):
            # Every second one is of the head's and the manager's service: they have something to see.
            service = MANAGERS_SERVICE if number % 2 else services[number % len(services)]
            auditor = self.accounts[number // 2 % 2]
            sheet = self.planner.plan(service, self.today, auditor)
            if service == MANAGERS_SERVICE and state in (State.SHARED, State.IN_PROGRESS):
                sheet.audit.team = self.council.teams[service][0]
            self._bring_to(sheet, state, is_late=number % 3 == 0)
            sheets.append(sheet)
        return sheets

    def _managers(self) -> list[FilledSheet]:
        """The manager's own: one waiting, one begun, one with the QA lead, two agreed."""
        manager = self.council.people["manager"]
        states = [State.ALLOCATED, State.IN_PROGRESS, State.SUBMITTED, State.AGREED, State.AGREED]
        sheets = [self.planner.plan_manager(MANAGERS_SERVICE, self.today, manager) for _ in states]
        for sheet, state in zip(sheets, states, strict=True):
            self._bring_to(sheet, state, is_late=False)
        return sheets

    def _filled(self, sheet: FilledSheet, share: float = 1.0) -> FilledSheet:
        is_graded = sheet.version.scale == Scale.FOUR_GRADES
        self.writer.fill(sheet, pick(self.rng, GRADES if is_graded else DECISIONS), share)
        return sheet

    def _bring_to(self, sheet: FilledSheet, state: State, *, is_late: bool) -> None:
        audit = sheet.audit
        audit.state = state
        audit.allocated_on = add_working_days(self.today, -14 if is_late else -ALLOCATED_AGO.get(state, 4))
        audit.due_on = add_working_days(audit.allocated_on, 10)
        if state == State.IN_PROGRESS:
            self._filled(sheet, share=self.rng.choice([0.25, 0.5, 0.75]))
        elif state != State.ALLOCATED:
            days = {State.SUBMITTED: 1, State.SHARED: 3, State.AGREED: 9}.get(state, 6)
            audit.audited_on = audit.period_to = add_working_days(self.today, -days)
            audit.period_from = months_back(audit.audited_on, 12)
            self._filled(sheet)
            self._send_on(audit, state, is_late=is_late)

    def _send_on(self, audit: Audit, state: State, *, is_late: bool) -> None:
        """Submitted and further; a late one waits for a conversation that is still to be held."""
        audit.submitted_at = at(audit.audited_on, 16)
        if is_late:
            audit.conversation, audit.conversation_view = Audit.Conversation.ARRANGED, ""
            audit.conversation_on = add_working_days(self.today, 3)
        if state == State.RETURNED:
            audit.return_note = "Please say in the plan what would have to change, and for whom."
        if state in (State.SHARED, State.AGREED):
            audit.shared_at = at(add_working_days(audit.audited_on, 1), 10)
        if state == State.AGREED:
            audit.agreed_at = at(add_working_days(audit.shared_at.date(), 6), 11)


def raise_notice(council: Council) -> Audit:
    """One concern that nobody has acknowledged, from an audit in progress of the manager's own team."""
    auditor, team = council.people["auditor"], council.teams[MANAGERS_SERVICE][0]
    audit = Audit.objects.filter(state=State.IN_PROGRESS, auditor=auditor, team=team).first()
    now = timezone.now()
    return raise_concern(
        audit=audit,
        by=auditor,
        concern=content("texts")["concerns"][0],
        told_role="Team manager",
        told_at=now - timedelta(minutes=20),
        will_do="Two workers visit today, and the manager rings back by five.",
        recorded_on=timezone.localdate(now),
    )


def leave_work_behind(council: Council, by: User) -> Audit:
    """An auditor who has left with an audit half filled in: it waits on the QA lead's home."""
    leaver = add_person(email=address("leaver"), name="Robin Vale", job_title="Auditor", by=by)
    give_role(person=leaver, role=Role.AUDITOR, by=by)
    begun = Audit.objects.filter(state=State.IN_PROGRESS, auditor=council.people["auditor2"])
    audit = hand_over(
        audit=begun.order_by("pk").first(),
        by=council.people["qalead"],
        to=leaver,
        reason="Robin knows this kind of case.",
    )
    end_person(person=leaver, by=by)
    return audit

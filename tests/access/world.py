"""Two services with everything in them: rows of our team, of the team beside it, and of another service.

Each text says whose it is and of which record: OURS-shared, BESIDE-agreed, CANARY-kept. So a page tells
what it let out.
"""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.urls import reverse
from django.utils import timezone

from qa_audit.audits.models.agencies import PartnerAgency
from qa_audit.audits.models.answers import Answer, AuditFinding, DomainGrade, KeptText, NotAName, Voice
from qa_audit.audits.models.audit import Audit, State
from qa_audit.findings.models import Theme
from qa_audit.history.actions import record
from qa_audit.imports.models import ImportedRow, PastImport, WaitingFile
from qa_audit.learning.models import LearningReview, ReviewCase, ReviewFinding, ReviewStatus
from qa_audit.people.models import Deputy, Role, RoleGrant, Service, Team, User
from qa_audit.reports.models import Analysis
from qa_audit.reports.period import Period
from qa_audit.tools.models import Grade, Question
from tests.access.measures import make_measures
from tests.access.packs import packs_of
from tests.conftest import Cast
from tests.factories import (
    AuditFactory,
    FindingFactory,
    LearningReviewFactory,
    NoticeFactory,
    ToolVersionFactory,
    UserFactory,
    give_role,
)

OURS, BESIDE, CANARY = "OURS", "BESIDE", "CANARY"
LONG_OVER = date(2026, 1, 5)


@dataclass
class World:
    cast: Cast
    people: dict[str, User | None]
    ours: dict
    beside: dict
    others: dict
    theme: int
    measures: dict

    @property
    def early(self) -> dict:
        """Our side, where every record stands as it was before it was shared or completed."""
        before_shared = dict.fromkeys(State, self.ours["audits"][State.SUBMITTED])
        return {**self.ours, "audits": before_shared, "review": self.ours["open_review"]}


def _filled_audit(version, auditor: User, team: Team, text: str, **fields) -> Audit:
    """An audit with something in every place where text can stand."""
    audit = AuditFactory(
        tool_version=version,
        auditor=auditor,
        service=team.service,
        team=team,
        theme=f"Theme {text.replace('-', '-theme-', 1)}",
        worker_role=f"Worker {text}",
        case_system=f"System {text}",
        case_reference=f"{text}-CASE",
        earlier_reference=f"{text}-EARLIER",
        grade=Grade.GOOD,
        first_grade=Grade.GOOD,
        grade_reason=f"Reason {text}",
        beyond_cap_reason=f"Beyond {text}",
        impact="some_difference",
        impact_note=f"Impact {text}",
        conversation="held",
        conversation_on=date(2026, 4, 1),
        conversation_with=f"With {text}",
        conversation_view=f"View {text}",
        child_unsafe="no",
        submitted_at=timezone.now(),
        shared_at=timezone.now(),
        return_note=f"Returned {text}",
        **fields,
    )
    domains = list(version.domains.all())
    DomainGrade.objects.bulk_create(
        DomainGrade(audit=audit, domain=domain, grade=Grade.GOOD, evidence=f"Evidence {text}")
        for domain in domains
    )
    question = Question.objects.filter(domain__version=version, answer_type="long_text").first()
    Answer.objects.create(audit=audit, question=question, value=f"Answer {text}")
    Voice.objects.create(audit=audit, who="child", outcome="heard", words=f"Words {text}")
    Voice.objects.create(audit=audit, who="parent", outcome="arranged", arranged_with=f"Arranged {text}")
    PartnerAgency.objects.create(
        audit=audit,
        agency=f"Agency {text}",
        grade=Grade.GOOD,
        strengths=f"Strong {text}",
        improvements=f"Improve {text}",
    )
    NotAName.objects.create(audit=audit, text=f"Not a name {text}")
    for kind, severity in (("improvement", "medium"), ("strength", "")):
        finding = FindingFactory(
            service=team.service, team=team, text=f"Finding {text}", kind=kind, severity=severity
        )
        AuditFinding.objects.create(audit=audit, finding=finding, domain=domains[0])
    return audit


def _review(service: Service, recorded_by: User, text: str, **fields) -> LearningReview:
    review = LearningReviewFactory(
        lead_service=service,
        recorded_by=recorded_by,
        title=f"Title {text}",
        trigger=f"Trigger {text}",
        key_learning=f"Learning {text}",
        partner_agencies=f"Partners {text}",
        **fields,
    )
    ReviewCase.objects.create(review=review, case_reference=f"{text}-CASE")
    finding = FindingFactory(service=service, text=f"Review finding {text}", origin="learning_review")
    ReviewFinding.objects.create(review=review, finding=finding)
    return review


def _side(version, *, auditor: User, team: Team, text: str) -> dict:
    """One team's rows: an audit in each state, reviews of its service, a notice, a kept text."""
    audits = {state: _filled_audit(version, auditor, team, f"{text}-{state}", state=state) for state in State}
    for state in (State.CHALLENGED, State.AGREED):
        audits[state].accuracy_note = f"Note {text}-{state}"
        audits[state].accuracy_noted_at = timezone.now()
        audits[state].save()
    open_review = _review(team.service, auditor, f"{text}-open", status=ReviewStatus.OPEN, completed_on=None)
    notice = NoticeFactory(
        service=team.service,
        team=team,
        raised_by=auditor,
        concern=f"Concern {text}-notice",
        told_role=f"Told {text}-notice",
        will_do=f"Will do {text}-notice",
        case_reference=f"{text}-notice-CASE",
    )
    kept = KeptText.objects.create(
        user=auditor,
        audit=audits[State.IN_PROGRESS],
        path=reverse("audits:all", args=[audits[State.IN_PROGRESS].reference]),
        fields={"grade_reason": [f"Kept {text}-kept"]},
    )
    past_import = PastImport.objects.create(
        file_name=f"{text}-import.csv", sha256=text, rows=1, made=1, skipped=0, by=auditor
    )
    ImportedRow.objects.create(past_import=past_import, audit=audits[State.AGREED])
    move = record("agreed", by=auditor, obj=audits[State.AGREED], snapshot={"reason": f"Was {text}-agreed"})
    return {
        "audits": audits,
        "review": _review(team.service, auditor, f"{text}-review"),
        "open_review": open_review,
        "review_finding": open_review.review_findings.get(),
        "notice": notice,
        "kept": kept,
        "service": team.service,
        "team": team,
        "person": auditor,
        "grant": RoleGrant.objects.filter(user=auditor).first(),
        # Long over: it gives nobody anything.
        "deputyship": Deputy.objects.create(
            person=auditor,
            deputy=UserFactory(),
            starts_on=LONG_OVER,
            ends_on=LONG_OVER,
        ),
        "version": version,
        "move": move.sequence,
        "past_import": past_import,
        # A step is a service's: the team beside ours has the same.
        "packs": packs_of(team, auditor, text, OURS if text == BESIDE else text),
    }


def _analysis(service: Service, text: str, written_by: User) -> None:
    this_year = Period.of(None, None)
    Analysis.objects.create(
        service=service,
        period_from=this_year.first,
        period_to=this_year.last,
        text=f"Analysis {text}",
        written_by=written_by,
        written_at=timezone.now(),
    )


def _waiting_file(user: User, text: str) -> None:
    content = (
        "reference,service,kind,audited_on,team,theme,overall_grade\n"
        f"{text},Fostering,individual,2021-03-27,,,good\n"
    ).encode()
    WaitingFile.objects.create(
        user=user, file_name=f"{text}.csv", content=content, sha256=sha256(content).hexdigest()
    )


def make_world(cast: Cast) -> World:
    version = ToolVersionFactory()
    stranger = give_role(UserFactory(name="Stranger Auditor"), Role.AUDITOR)
    second_lead = give_role(UserFactory(name="Second Lead"), Role.QA_LEAD)
    theme = Theme.objects.create(code="plan", title="Plan")
    _analysis(cast.service, "OURS-analysis", cast.auditor)
    _analysis(cast.elsewhere, "CANARY-analysis", stranger)
    _waiting_file(cast.qa_lead, "OURS-waiting")
    _waiting_file(second_lead, "CANARY-kept")
    return World(
        cast=cast,
        people={
            "A": cast.auditor,
            "M": cast.manager,
            "H": cast.head,
            "Q": cast.qa_lead,
            "L": cast.leader,
            "N": cast.analyst,
            "D": cast.administrator,
            "-": cast.nobody,
            "": None,
        },
        ours=_side(version, auditor=cast.auditor, team=cast.team, text=OURS),
        beside=_side(version, auditor=cast.second_auditor, team=cast.other_team, text=BESIDE),
        others=_side(version, auditor=stranger, team=cast.team_elsewhere, text=CANARY),
        theme=theme.pk,
        measures=make_measures(cast),
    )

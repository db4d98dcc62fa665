"""What the page list looks at: both sides of the access tests, and audits on a tool that ships."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from qa_audit.audits.models.answers import DomainGrade, KeptText
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.models.header import StatusOnTheDay
from qa_audit.learning.models import LearningReview, ReviewStatus
from qa_audit.people.models import User
from qa_audit.tools.models import Grade, ToolVersion
from tests.access.world import World, make_world
from tests.conftest import Cast
from tests.factories import AuditFactory, LearningReviewFactory
from tests.reports.conftest import add_audits, spread

EVIDENCE = (
    "Visits every ten days, twice with the school nurse.\n"
    "What the child drew in March is in the plan, in words that the child would know."
)


def load_tool(file: str) -> ToolVersion:
    """One of the starter tools, published."""
    call_command("import_tool", settings.BASE_DIR / "fixtures/tools" / file, publish=True, verbosity=0)
    return ToolVersion.objects.select_related("tool").latest("pk")


@dataclass
class Scene:
    """The world, and the records that a page needs by name."""

    world: World
    cast: Cast
    draft: Audit
    ready: Audit
    arranged: Audit
    # Nothing is written in it; a child may be unsafe in it, and nobody was told.
    empty: Audit
    unraised: Audit
    review: LearningReview
    kept: KeptText

    @property
    def audits(self) -> dict[str, Audit]:
        return self.world.ours["audits"]

    def address(self, name: str, *args, **query) -> str:
        """The address of a page by its URL name."""
        return reverse(name, args=args, query=query)


def make_scene(cast: Cast) -> Scene:
    world = make_world(cast)
    version = load_tool("12-manager.json")
    draft = _draft(version, cast.auditor, cast.team)
    ready = _ready(_draft(version, cast.auditor, cast.team))
    arranged = _ready(_draft(version, cast.auditor, cast.team))
    arranged.conversation = Audit.Conversation.ARRANGED
    arranged.conversation_on = timezone.localdate() + timedelta(days=6)
    arranged.state, arranged.submitted_at = State.SUBMITTED, timezone.now()
    arranged.save()
    add_audits(cast.service, cast.team, spread(1, 6, 4, 1), auditor=cast.auditor, tool_version=version)
    review = LearningReviewFactory(
        lead_service=cast.service, status=ReviewStatus.OPEN, completed_on=None, recorded_by=cast.auditor
    )
    evidence = draft.tool_version.domains.first().pk
    kept = KeptText.objects.create(
        user=cast.auditor,
        audit=draft,
        path=reverse("audits:page", args=[draft.reference, "childs-voice"]),
        fields={f"evidence-{evidence}": [EVIDENCE]},
    )
    empty, unraised = (
        AuditFactory(auditor=cast.auditor, service=cast.service, team=cast.team, child_unsafe=unsafe)
        for unsafe in ("", "yes")
    )
    return Scene(world, cast, draft, ready, arranged, empty, unraised, review, kept)


def _draft(version: ToolVersion, auditor: User, team) -> Audit:
    audit = AuditFactory(
        tool_version=version,
        auditor=auditor,
        service=team.service,
        team=team,
        status_on_day=StatusOnTheDay.CHILD_IN_NEED,
        due_on=date(2026, 5, 15),
    )
    first = version.domains.first()
    DomainGrade.objects.create(audit=audit, domain=first, grade=Grade.GOOD, evidence=EVIDENCE)
    return audit


def _ready(audit: Audit) -> Audit:
    """An audit with nothing left that stops it from being submitted, but for the questions of its tool."""
    for domain in audit.tool_version.domains.all():
        DomainGrade.objects.update_or_create(
            audit=audit, domain=domain, defaults={"grade": Grade.GOOD, "evidence": f"{domain}. {EVIDENCE}"}
        )
        for question in domain.questions.filter(is_required=True):
            audit.answers.create(question=question, value="yes")
    audit.grade = audit.first_grade = Grade.GOOD
    audit.grade_reason = "The worker knows this child well, and the plan moves."
    audit.impact, audit.impact_note = "some_difference", "School three days a week instead of one."
    audit.conversation, audit.conversation_on = Audit.Conversation.HELD, date(2026, 5, 4)
    audit.conversation_with, audit.child_unsafe = "Social worker", "no"
    audit.save()
    return audit

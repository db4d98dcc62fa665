from datetime import date

import factory
from django.utils import timezone

from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.models.header import Capacity, Kind, ReasonChosen
from qa_audit.findings.models import Finding, FindingKind, Origin, Severity
from qa_audit.notices.models import Notice
from qa_audit.tools.models import (
    Concept,
    Domain,
    Question,
    Tool,
    ToolVersion,
    VersionStatus,
)
from tests.factories.people import ServiceFactory, TeamFactory, UserFactory

DOMAINS = [("childs-voice", "Child's voice", False), ("risk-and-safety", "Risk and safety", True)]
# The second is asked where the first is answered "no".
QUESTIONS = [("seen", "Was the child seen alone?", "yes_no"), ("why", "Why not?", "long_text")]


class ToolFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Tool

    code = factory.Sequence(lambda n: f"tool-{n}")
    title = factory.Sequence(lambda n: f"Tool {n}")


class ToolVersionFactory(factory.django.DjangoModelFactory):
    """A published tool of two graded domains (the second limiting), two questions and a conditional one."""

    class Meta:
        model = ToolVersion
        skip_postgeneration_save = True

    tool = factory.SubFactory(ToolFactory)
    number = 1
    status = VersionStatus.PUBLISHED

    @factory.post_generation
    def content(self, create, extracted, **kwargs):
        if extracted is False:
            return
        concepts = _concepts()
        domains = Domain.objects.bulk_create(
            Domain(
                version=self,
                concept=concepts[key],
                order=order,
                title=title,
                prompt=f"What good looks like for {title.lower()}.",
                is_core=True,
                is_limiting=is_limiting,
            )
            for order, (key, title, is_limiting) in enumerate(DOMAINS)
        )
        asked: dict[int, Question] = {}
        for order, (suffix, text, kind) in enumerate(QUESTIONS):
            made = Question.objects.bulk_create(
                Question(
                    domain=domain,
                    concept=concepts[f"{domain.concept.key}.{suffix}"],
                    order=order,
                    text=text,
                    answer_type=kind,
                    show_if_question=asked.get(domain.pk),
                    show_if_value="no" if asked else "",
                )
                for domain in domains
            )
            asked = asked or {question.domain_id: question for question in made}


def _concepts() -> dict[str, Concept]:
    """The concepts of the domains and questions by key; those that are there stay as they are."""
    wanted = [
        *(Concept(key=key, kind="domain", title=title, import_title=title) for key, title, _ in DOMAINS),
        *(
            Concept(key=f"{key}.{suffix}", kind="question", title=text)
            for key, _, _ in DOMAINS
            for suffix, text, _ in QUESTIONS
        ),
    ]
    Concept.objects.bulk_create(wanted, ignore_conflicts=True)
    return Concept.objects.in_bulk([concept.key for concept in wanted], field_name="key")


class AuditFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Audit

    reference = factory.Sequence(lambda n: f"A-2026-{n + 1000:04d}")
    tool_version = factory.SubFactory(ToolVersionFactory)
    case_reference = factory.Sequence(lambda n: f"C{n:05d}")
    service = factory.SubFactory(ServiceFactory)
    team = factory.LazyAttribute(lambda audit: TeamFactory(service=audit.service))
    capacity = Capacity.QA_UNIT
    reason_chosen = ReasonChosen.RANDOM
    auditor = factory.SubFactory(UserFactory)
    audited_on = date(2026, 5, 1)
    period_from = date(2025, 5, 1)
    period_to = date(2026, 5, 1)
    state = State.IN_PROGRESS

    @factory.lazy_attribute
    def kind(self):
        if self.capacity == Capacity.MANAGER:
            return Kind.MANAGER
        return Kind.THEMATIC if self.reason_chosen == ReasonChosen.THEME else Kind.INDIVIDUAL

    @factory.lazy_attribute
    def agreed_at(self):
        return timezone.now() if self.state == State.AGREED else None


class FindingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Finding

    kind = FindingKind.IMPROVEMENT
    text = "Supervision repeats last month's actions."
    service = factory.SubFactory(ServiceFactory)
    severity = factory.LazyAttribute(lambda f: Severity.MEDIUM if f.kind == FindingKind.IMPROVEMENT else "")
    origin = Origin.AUDIT
    found_on = date(2026, 5, 1)


class NoticeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Notice

    reference = factory.Sequence(lambda n: f"A-2026-{n + 5000:04d}")
    case_reference = factory.Sequence(lambda n: f"N{n:05d}")
    service = factory.SubFactory(ServiceFactory)
    concern = "An unknown adult has been staying in the home since Monday."
    told_role = "Team manager"
    told_at = factory.LazyFunction(timezone.now)
    will_do = "Visit today with a second worker."
    recorded_on = factory.LazyFunction(timezone.localdate)
    raised_by = factory.SubFactory(UserFactory)

"""A filled-in audit of the demonstration, before it is stored."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from qa_audit.audits.actions.findings import SEVERITY_OF_GRADE
from qa_audit.audits.models.agencies import PartnerAgency
from qa_audit.audits.models.answers import Answer, AuditFinding, DomainGrade, Outcome, Voice, Who
from qa_audit.audits.models.audit import Audit
from qa_audit.common.wording import day
from qa_audit.findings.models import Finding, FindingKind, Origin, Severity, Theme
from qa_audit.management.demonstration.content import content
from qa_audit.management.demonstration.judgements import YES, domain_grades, impact, pick
from qa_audit.tools.models import AnswerType, Domain, Question, Requirement, Scale, ToolVersion

OUTCOMES = {Outcome.HEARD: 68, Outcome.DECLINED: 12, Outcome.NOT_POSSIBLE: 14, Outcome.SOUGHT: 6}
REQUIRED_OUTCOMES = {Outcome.HEARD: 84, Outcome.NOT_POSSIBLE: 16}


@dataclass
class FilledSheet:
    """One audit and all that hangs on it, unsaved."""

    audit: Audit
    version: ToolVersion
    answers: list[Answer] = field(default_factory=list)
    grades: list[DomainGrade] = field(default_factory=list)
    voices: list[Voice] = field(default_factory=list)
    findings: list[tuple[AuditFinding, Theme]] = field(default_factory=list)
    agencies: list[PartnerAgency] = field(default_factory=list)


class Writer:
    """Fills sheets in as an auditor would, from the texts of the demonstration."""

    def __init__(self, rng: Random):
        self.rng = rng
        self.texts = content("texts")
        self.decisions = content("decisions")
        self.written: set[str] = set()
        self.themes = {theme.code: theme for theme in Theme.objects.all()}

    def fill(self, sheet: FilledSheet, overall: str, share: float = 1.0) -> None:
        """Answer the first `share` of the domains; the whole is judged only when all are."""
        domains = sheet.version.all_domains
        graded = domain_grades(self.rng, overall, domains) if sheet.version.scale == Scale.FOUR_GRADES else {}
        for domain in domains[: round(len(domains) * share)]:
            grade = graded.get(domain.pk, "")
            self._fill_domain(sheet, domain, grade, overall)
            sheet.audit.last_page = domain.concept.key
        if share >= 1:
            self._judge(sheet, overall)
            self._hear(sheet)
            self._talk(sheet)
            for kind in FindingKind:
                self._find(sheet, kind, graded)

    def _fill_domain(self, sheet: FilledSheet, domain: Domain, grade: str, overall: str) -> None:
        if domain.is_graded:
            texts = self.texts["evidence"][domain.concept.key][grade]
            evidence = self._evidence(texts, sheet.audit.audited_on)
            auditor = sheet.audit.auditor
            sheet.grades.append(
                DomainGrade(
                    audit=sheet.audit, domain=domain, grade=grade, evidence=evidence, saved_by=auditor
                )
            )
        for question, value in self._answers(domain, YES.get(grade or overall, 0.5), sheet.audit.audited_on):
            sheet.answers.append(
                Answer(audit=sheet.audit, question=question, value=value, saved_by=sheet.audit.auditor)
            )

    def _evidence(self, texts: list[str], on: date) -> str:
        """Two of the texts or three, in any order; with the days that were read, where another says them."""
        chosen = self.rng.sample(texts, min(len(texts), self.rng.choice([2, 3])))
        words = "\n\n".join(chosen)
        while words in self.written:
            days = sorted(on - timedelta(days=number) for number in self.rng.sample(range(14, 180), 2))
            read = self.rng.choice(self.texts["read"]).format(first=day(days[0]), second=day(days[1]))
            words = "\n\n".join([*chosen, read])
        self.written.add(words)
        return words

    def _answers(self, domain: Domain, goodness: float, on: date) -> Iterator[tuple[Question, str]]:
        given: dict[int, str] = {}
        for question in domain.questions.all():
            condition = question.show_if_question_id
            if condition and given.get(condition) != question.show_if_value:
                continue
            given[question.pk] = self._answer(question, goodness, on)
            yield question, given[question.pk]

    def _answer(self, question: Question, goodness: float, on: date) -> str:
        rng, choices = self.rng, question.choices
        if question.answer_type == AnswerType.YES_NO:
            if rng.random() < goodness:
                return "yes"
            return pick(rng, {"no": 70, "not_recorded": 20, "not_applicable": 10})
        if question.answer_type == AnswerType.SCALE:
            return str(max(0, min(10, round(rng.gauss(2 + goodness * 7, 1.5)))))
        if question.answer_type == AnswerType.CHOICE:
            return rng.choices(choices, range(len(choices), 0, -1))[0]
        if question.answer_type == AnswerType.CHOICES:
            chosen = [choice for choice in choices if rng.random() < goodness] or choices[:1]
            return json.dumps(chosen)
        if question.answer_type == AnswerType.DATE:
            return (on - timedelta(days=rng.randint(20, 90))).isoformat()
        return rng.choice(self.decisions["short_answers"])

    def _judge(self, sheet: FilledSheet, overall: str) -> None:
        audit = sheet.audit
        reasons = self.texts["reasons"].get(overall) or self.decisions[overall]
        audit.grade = audit.first_grade = overall
        audit.grade_reason = self.rng.choice(reasons)
        audit.impact = impact(self.rng, overall)
        audit.impact_note = self.rng.choice(self.texts["impact"][audit.impact])
        audit.child_unsafe = Audit.Safety.NO

    def _hear(self, sheet: FilledSheet) -> None:
        for who in Who:
            requirement = sheet.version.requirement(who)
            if requirement == Requirement.NOT_APPLICABLE:
                continue
            is_required = requirement == Requirement.REQUIRED
            outcome = pick(self.rng, REQUIRED_OUTCOMES if is_required else OUTCOMES)
            voice = Voice(audit=sheet.audit, who=who, outcome=outcome)
            if outcome == Outcome.HEARD:
                voice.words = self.rng.choice(self.texts["voice_words"][who])
            elif outcome == Outcome.NOT_POSSIBLE:
                voice.why = self.rng.choice(self.decisions["not_heard"])
            sheet.voices.append(voice)

    def _talk(self, sheet: FilledSheet) -> None:
        """The conversation with the practitioner: held nearly always, or said why not."""
        audit = sheet.audit
        if sheet.version.conversation == Requirement.NOT_APPLICABLE:
            return
        if self.rng.random() < 0.9:
            audit.conversation = Audit.Conversation.HELD
            audit.conversation_on = audit.audited_on
            audit.conversation_with = audit.worker_role
            audit.conversation_view = self.rng.choice(self.texts["conversation_views"])
        else:
            audit.conversation = Audit.Conversation.NOT_POSSIBLE
            audit.conversation_why = "The worker has left; the team manager was told instead."

    def _find(self, sheet: FilledSheet, kind: str, graded: dict[int, str]) -> None:
        """One strength and one area for improvement, on its domain where the tool has it."""
        audit, code = sheet.audit, sheet.version.tool.code
        lines = [
            line
            for line in content("findings")
            if line["kind"] == kind and (not line["tools"] or code in line["tools"])
        ]
        line = self.rng.choice(lines)
        domain = next((d for d in sheet.version.all_domains if d.concept.key == line["domain"]), None)
        grade = graded.get(domain.pk, "") if domain else audit.grade
        severity = SEVERITY_OF_GRADE.get(grade, Severity.LOW) if kind == FindingKind.IMPROVEMENT else ""
        finding = Finding(
            kind=kind,
            text=line["text"],
            service=audit.service,
            team=audit.team,
            severity=severity,
            origin=Origin.AUDIT,
            found_on=audit.audited_on,
            created_by=audit.auditor,
        )
        found = AuditFinding(audit=audit, finding=finding, domain=domain)
        sheet.findings.append((found, self.themes[line["theme"]]))

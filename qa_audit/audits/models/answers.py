"""What an audit holds beside its header: answers, grades, voices, findings, and text kept for later."""

import json
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from qa_audit.audits.models.audit import Audit
from qa_audit.common.wording import day
from qa_audit.findings.models import Finding
from qa_audit.people.models import User
from qa_audit.tools.models import AnswerType, Domain, Grade, Question


class Answer(models.Model):
    """The answer to one question. Unanswered has no row or an empty value; it is never "no"."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="answers", db_index=False)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+", db_index=False)
    # As stored by the question's answers; several choices as a JSON list, a date as YYYY-MM-DD.
    value = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(auto_now=True)
    saved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audit", "question"], name="answer_once")]

    def __str__(self):
        return f"{self.audit_id}/{self.question_id}"

    def settle(self, changed: set[str]) -> dict:
        """An answer contradicts nothing in its row."""
        return {}

    @property
    def in_words(self) -> str:
        """As it is shown: the words of the choice, several with commas, a date in full, text as typed."""
        if not self.value or self.question.answer_type in (AnswerType.SHORT_TEXT, AnswerType.LONG_TEXT):
            return self.value
        if self.question.answer_type == AnswerType.DATE:
            return day(date.fromisoformat(self.value))
        several = self.question.answer_type == AnswerType.CHOICES
        labels = dict(self.question.answers)
        chosen = json.loads(self.value) if several else [self.value]
        return ", ".join(labels.get(value, value) for value in chosen)


class DomainGrade(models.Model):
    """A domain's grade and evidence, or why there is none."""

    class Applies(models.TextChoices):
        YES = "", "It applies"
        NOT_APPLICABLE = "not_applicable", "Not applicable"
        NOT_LOOKED_AT = "not_looked_at", "Not looked at this time"

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="domain_grades", db_index=False)
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="+", db_index=False)
    applies = models.CharField(max_length=14, choices=Applies.choices, blank=True, default="")
    grade = models.CharField(max_length=20, choices=Grade.choices, blank=True)
    evidence = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(auto_now=True)
    saved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audit", "domain"], name="domain_grade_once"),
            models.CheckConstraint(
                condition=Q(applies="") | Q(grade=""), name="no_grade_where_it_does_not_apply"
            ),
        ]

    def __str__(self):
        return f"{self.audit_id}/{self.domain_id}"

    def settle(self, changed: set[str]) -> dict[str, str]:
        """The later of the two counts: a domain that is graded applies, one that does not apply has no grade.

        In: the attributes that were changed; what is cleared joins them. Out: what was cleared, as it was.
        """
        if not (self.applies and self.grade):
            return {}
        cleared = "applies" if "applies" not in changed else "grade"
        before = getattr(self, cleared)
        setattr(self, cleared, "")
        changed.add(cleared)
        return {cleared: before}


class Who(models.TextChoices):
    CHILD = "child", "Child"
    PARENT = "parent", "Parent"
    CARER = "carer", "Carer"


class Outcome(models.TextChoices):
    """What came of seeking a voice."""

    HEARD = "heard", "Heard"
    SOUGHT = "sought", "Sought, no answer yet"
    DECLINED = "declined", "Declined"
    NOT_POSSIBLE = "not_possible", "Not possible or not safe to ask"
    ARRANGED = "arranged", "Arranged for later"


WORDS_WITHOUT_VOICE = "Words are kept only for a voice that was heard: choose “Heard”, or take the words out"


class Voice(models.Model):
    """The voice of the child, a parent or a carer in one audit; words only if heard."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="voices", db_index=False)
    who = models.CharField(max_length=6, choices=Who.choices)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    words = models.TextField(blank=True)
    why = models.CharField(max_length=300, blank=True)
    arranged_for = models.DateField(null=True, blank=True)
    arranged_with = models.CharField(max_length=120, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["audit"], name="voice_arranged", condition=Q(outcome=Outcome.ARRANGED))
        ]
        constraints = [
            models.UniqueConstraint(fields=["audit", "who"], name="voice_once"),
            models.CheckConstraint(
                condition=Q(words="") | Q(outcome=Outcome.HEARD), name="words_only_if_heard"
            ),
        ]

    def __str__(self):
        return f"{self.audit_id}/{self.who}"

    @property
    def is_arranged(self) -> bool:
        """Whether somebody asks for it on a later day."""
        return self.outcome == Outcome.ARRANGED

    def missing(self) -> tuple[str, str] | None:
        """What keeps it from being met in one of its three ways: the attribute, and what to do."""
        label = f"{self.get_who_display()}'s voice"
        if self.outcome in (Outcome.DECLINED, Outcome.NOT_POSSIBLE) and not self.why:
            return "why", f"{label}: say why it was not heard"
        if self.outcome == Outcome.ARRANGED and not (self.arranged_for and self.arranged_with):
            name = "arranged_with" if self.arranged_for else "arranged_for"
            return name, f"{label}: say for which day it is arranged, and who will ask"
        if self.outcome in (None, "", Outcome.SOUGHT):
            return "outcome", f"{label}: heard, not possible and why, or arranged for a day"
        return None

    def settle(self, changed: set[str]) -> dict:
        """Raise ValidationError, by attribute, for words of a voice that was not heard."""
        if self.words and self.outcome != Outcome.HEARD:
            raise ValidationError({"words" if "words" in changed else "outcome": WORDS_WITHOUT_VOICE})
        return {}


class AuditFinding(models.Model):
    """Ties a finding to the audit, and to the domain, that it came from."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="audit_findings")
    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, related_name="audit_finding")
    domain = models.ForeignKey(Domain, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.audit_id}/{self.finding_id}"


class KeptText(models.Model):
    """What a person sent when they were signed out; offered back after they sign in again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="kept_texts")
    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="kept_texts")
    path = models.CharField(max_length=300)
    fields = models.JSONField()
    kept_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-kept_at"]

    def __str__(self):
        return f"{self.audit_id} at {self.kept_at:%H:%M}"


class NotAName(models.Model):
    """A text in an audit that looked like a name or a date of birth, and that the auditor said is none."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="not_names")
    text = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audit", "text"], name="not_a_name_once")]

    def __str__(self):
        return f"{self.audit_id}/{self.pk}"


# The answers that are in the row itself.
ITS_ANSWERS = (
    *("grade", "grade_reason", "beyond_cap_reason", "impact", "impact_note", "child_unsafe", "notice_id"),
    *("conversation", "conversation_on", "conversation_with", "conversation_view", "conversation_why"),
)


def has_answers(audit: Audit) -> bool:
    """Whether anything is written in it beyond its header: an answer, grade, text, voice or finding."""
    rows = (
        (audit.answers, ("value",)),
        (audit.domain_grades, ("applies", "grade", "evidence")),
        (audit.voices, ("outcome", "words", "why", "arranged_for", "arranged_with")),
        (audit.audit_findings, ("pk",)),
    )
    return any(getattr(audit, name) for name in ITS_ANSWERS) or any(
        getattr(row, name) for related, names in rows for row in related.all() for name in names
    )

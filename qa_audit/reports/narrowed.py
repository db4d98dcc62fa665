"""What narrows records to one figure on practice: a judgement, an answer, an impact, a voice, a finding."""

import json

from django import forms
from django.db.models import Q, QuerySet

from qa_audit.audits.models.answers import Answer, AuditFinding, Outcome, Who
from qa_audit.audits.models.answers import Voice as VoiceOfOne
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.models.header import Impact as ImpactForTheChild
from qa_audit.findings.models import FindingKind, Severity, Theme
from qa_audit.reports import voice
from qa_audit.reports.asked import NOT_APPLICABLE
from qa_audit.reports.groups import CUTS
from qa_audit.tools.models import JUDGEMENTS, SCALE_GRADES, AnswerType, Concept, Grade, Requirement

ANY = ("", "Any")
NONE = "none"
OUTCOMES = [
    ANY,
    ("any", "Asked for"),
    ("sought_in_all", "Sought in all"),
    *Outcome.choices,
    (Audit.Conversation.HELD, "Held"),
    (NONE, "Nothing recorded"),
]
PRACTICE = (
    "judgement",
    "question",
    "answer",
    "impact",
    "voice",
    "outcome",
    "finding",
    "severity",
    "finding_theme",
)

# What picks one grade or answer of all that a figure is a share of.
ONE_ANSWER = ("grade", "first_grade", "domain_grade", "judgement", "answer")


class PracticeCell(forms.Form):
    """The fields of an address that lead from a figure on practice to its audits."""

    judgement = forms.ChoiceField(required=False, choices=[ANY, *JUDGEMENTS])
    question = forms.ModelChoiceField(Concept.objects.filter(kind=Concept.Kind.QUESTION), required=False)
    answer = forms.CharField(required=False, max_length=200)
    impact = forms.ChoiceField(
        required=False, choices=[ANY, *ImpactForTheChild.choices, (NONE, "Not recorded")]
    )
    voice = forms.ChoiceField(
        required=False, choices=[ANY, *Who.choices, (voice.CONVERSATION, "Conversation")]
    )
    outcome = forms.ChoiceField(required=False, choices=OUTCOMES)
    finding = forms.ChoiceField(required=False, choices=[ANY, *FindingKind.choices])
    severity = forms.ChoiceField(required=False, choices=[ANY, *Severity.choices])
    finding_theme = forms.ChoiceField(required=False, label="Theme of the finding")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        themes = [(str(theme.pk), theme.path) for theme in Theme.objects.in_tree_order()]
        self.fields["finding_theme"].choices = [ANY, *themes, (NONE, "No theme")]

    def practice_in_words(self) -> list[tuple[str, str]]:
        """The figure in words: each field that is set, by its label."""
        typed = self.cleaned_data
        return [(str(self[name].label), self._words(name)) for name in PRACTICE if typed.get(name)]

    def _words(self, name: str) -> str:
        value = self.cleaned_data[name]
        if name == "answer":
            return value.replace("_", " ")
        return str(value) if name == "question" else str(dict(self.fields[name].choices)[value])


def narrowed(audits: QuerySet, cell: dict) -> QuerySet:
    """Of the audits those behind the figure. In: the set fields of a valid PracticeCell, by name."""
    if "judgement" in cell:
        audits = audits.filter(grade=cell["judgement"])
    if "impact" in cell:
        audits = audits.filter(impact="" if cell["impact"] == NONE else cell["impact"])
    if "question" in cell:
        audits = audits.filter(pk__in=_answers(cell["question"], cell.get("answer", "")).values("audit"))
    if cell.get("voice") == voice.CONVERSATION:
        audits = audits.filter(_conversation(cell.get("outcome", "any")))
    elif "voice" in cell:
        audits = audits.filter(_voice(cell["voice"], cell.get("outcome", "any")))
    if {"finding", "severity", "finding_theme"} & cell.keys():
        audits = audits.filter(pk__in=_findings(cell).values("audit"))
    return audits


def whole_of(cell: dict) -> tuple[dict, Q]:
    """The cell without the one grade or answer that it asks for, and what else all its audits have."""
    whole = {name: value for name, value in cell.items() if name not in (*CUTS, *ONE_ANSWER)}
    if "question" in cell:
        other = Answer.objects.filter(question__concept=cell["question"], value=NOT_APPLICABLE)
        return whole, ~Q(pk__in=other.values("audit"))
    if "judgement" in cell:
        scales = ([value for value, _ in grades] for grades in SCALE_GRADES.values())
        return whole, Q(grade__in=next(values for values in scales if cell["judgement"] in values))
    return whole, Q() if "domain" in cell else Q(grade__in=Grade.values)


def keeps_of(cell: dict) -> tuple[str, ...]:
    """The filters that always go with the figure: answers are of one tool."""
    return ("tool",) if {"question", "judgement", "domain"} & cell.keys() else ()


def _answers(question: Concept, answer: str) -> QuerySet:
    """The answers to the question in any version; of several choices those that hold this one."""
    answers = Answer.objects.filter(question__concept=question).exclude(value__in=["", "[]"])
    if not answer:
        return answers
    several = Q(question__answer_type=AnswerType.CHOICES)
    return answers.filter((~several & Q(value=answer)) | (several & Q(value__contains=json.dumps(answer))))


def _conversation(outcome: str) -> Q:
    asked = ~Q(tool_version__conversation=Requirement.NOT_APPLICABLE)
    if outcome == "any":
        return asked
    return asked & Q(conversation="" if outcome == NONE else outcome)


def _voice(who: str, outcome: str) -> Q:
    asked = ~Q(**{f"tool_version__voice_{who}": Requirement.NOT_APPLICABLE})
    if outcome == "any":
        return asked
    voices = VoiceOfOne.objects.filter(who=who).exclude(outcome="")
    if outcome == NONE:
        return asked & ~Q(pk__in=voices.values("audit"))
    outcomes = voice.SOUGHT if outcome == "sought_in_all" else [outcome]
    return asked & Q(pk__in=voices.filter(outcome__in=outcomes).values("audit"))


def _findings(cell: dict) -> QuerySet:
    narrowed_by = {"finding": "finding__kind", "severity": "finding__severity"}
    found = AuditFinding.objects.filter(
        **{narrowed_by[name]: cell[name] for name in narrowed_by if name in cell}
    )
    if cell.get("finding_theme") == NONE:
        return found.filter(finding__themes=None)
    return found.filter(finding__themes=cell["finding_theme"]) if "finding_theme" in cell else found

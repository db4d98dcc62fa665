"""The entries of an audit as form fields: a field for each question, grade, evidence, voice and judgement."""

import json
from dataclasses import dataclass
from datetime import date

from django import forms

from qa_audit.audits.models.answers import DomainGrade, Outcome, Who
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.models.header import Impact
from qa_audit.audits.sheet.places import TOLD_LABELS, Part, Place
from qa_audit.common.forms import DateField, TextField
from qa_audit.findings.models import FindingKind
from qa_audit.tools.models import AnswerType, Domain, Grade, Question, Requirement, Scale

LONGEST = 20_000
IMPACT_HINTS = {
    Impact.TOO_EARLY: "The plan is sound and there has not been time for a difference",
    Impact.NO_CHANGE: "Time has passed and the child's life is the same",
}


@dataclass
class Item:
    """One entry: where it is stored, its form field, and when it is asked."""

    place: Place
    field: forms.Field
    guidance: str = ""
    # Asked only where the entry of this name has this value.
    asked_if: tuple[str, str] | None = None
    # Part of the count of what is answered.
    is_counted: bool = True

    @property
    def name(self) -> str:
        return self.place.name

    @property
    def is_list(self) -> bool:
        return isinstance(self.field, forms.MultipleChoiceField)

    def to_stored(self, cleaned: object) -> object:
        """The form's value as the column holds it."""
        if self.place.part is Part.ANSWERS:
            if isinstance(cleaned, list):
                return json.dumps(cleaned) if cleaned else ""
            return cleaned.isoformat() if isinstance(cleaned, date) else cleaned or ""
        return cleaned

    def to_shown(self, stored: object) -> object:
        """The column's value as the form shows it."""
        if self.place.part is Part.ANSWERS and stored:
            if self.is_list:
                return json.loads(stored)
            if isinstance(self.field, DateField):
                return date.fromisoformat(stored)
        return stored

    def in_control(self, stored: object) -> str | list[str]:
        """The column's value as the control in the page holds it."""
        shown = self.to_shown(stored)
        if isinstance(shown, date):
            return self.field.widget.format_value(shown)
        return shown if isinstance(shown, list) else "" if shown is None else str(shown)

    def in_words(self, stored: object) -> str:
        """The stored value as a person reads it."""
        held = self.in_control(stored)
        return self.typed_in_words(held if isinstance(held, list) else [held])

    def typed_in_words(self, values: list) -> str:
        """What a form sent, as a person reads it."""
        names = {str(value): label for value, label in getattr(self.field, "choices", [])}
        return ", ".join(str(names.get(str(value), value)) for value in values if value not in (None, ""))


def _choose(label: str, choices, **attrs) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, required=False, widget=forms.RadioSelect(attrs=attrs)
    )


def _write(label: str, help_text: str = "", rows: int = 4) -> TextField:
    return TextField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _line(label: str, length: int, help_text: str = "") -> TextField:
    return TextField(label=label, help_text=help_text, required=False, max_length=length)


def _answer_field(question: Question) -> forms.Field:
    label = question.text
    kind = question.answer_type
    if kind == AnswerType.SCALE:
        return forms.ChoiceField(
            label=label,
            choices=[("", "Not answered"), *question.answers],
            required=False,
            help_text="0 is the lowest, 10 the highest",
        )
    if kind == AnswerType.CHOICES:
        return forms.MultipleChoiceField(
            label=label,
            choices=question.answers,
            required=False,
            help_text="Tick all that apply",
            widget=forms.CheckboxSelectMultiple,
        )
    if kind == AnswerType.DATE:
        return DateField(label=label, required=False)
    if kind == AnswerType.SHORT_TEXT:
        return _line(label, 300)
    if kind == AnswerType.LONG_TEXT:
        return _write(label)
    return _choose(label, question.answers)


def question_item(question: Question) -> Item:
    """The answer to one question; a conditional one says on which answer it waits."""
    item = Item(
        place=Place(
            part=Part.ANSWERS,
            attribute="value",
            # Two domains may ask the same: history tells their answers apart.
            label=f"{question.domain.title}: {question.text}",
            key=question.pk,
            is_narrative=question.answer_type in (AnswerType.SHORT_TEXT, AnswerType.LONG_TEXT),
        ),
        field=_answer_field(question),
        guidance=question.guidance,
    )
    if question.show_if_question_id:
        asked = question.show_if_question
        shown = dict(asked.answers).get(question.show_if_value, question.show_if_value)
        words = f"Answer this if “{asked.text}” is answered “{shown}”."
        item.field.help_text = " ".join(filter(None, [words, item.field.help_text]))
        item.asked_if = (f"answer-{asked.pk}", question.show_if_value)
    return item


def applies_item(domain: Domain) -> Item:
    return Item(
        place=_domain_place(domain, "applies"),
        field=forms.ChoiceField(
            label="Does this domain apply to this case?", choices=DomainGrade.Applies.choices, required=False
        ),
        is_counted=False,
    )


def grade_item(domain: Domain) -> Item:
    return Item(
        place=_domain_place(domain, "grade"),
        field=_choose(f"Grade for {lowered(domain.title)}", Grade.choices),
    )


def evidence_item(domain: Domain) -> Item:
    words = "What did you read or hear that shows it? Write what was done and what it meant for the child."
    return Item(
        place=_domain_place(domain, "evidence", is_narrative=True),
        field=_write("Evidence", words, rows=6),
        is_counted=domain.is_graded,
    )


def _domain_place(domain: Domain, attribute: str, **kwargs) -> Place:
    return Place(Part.DOMAINS, attribute, f"{domain.title}: {attribute}", domain.pk, **kwargs)


def lowered(title: str) -> str:
    return title[:1].lower() + title[1:]


def domain_items(domain: Domain, asked: list[Question]) -> list[Item]:
    """A domain's entries, with the questions that it asks, in the order in which they are asked."""
    questions = [question_item(question) for question in asked]
    graded = [grade_item(domain)] if domain.is_graded else []
    return [applies_item(domain), *questions, *graded, evidence_item(domain)]


def voice_items(who: str, requirement: str) -> list[Item]:
    """What came of seeking one person's voice."""
    label = Who(who).label
    items = [
        ("outcome", _choose(f"{label}: what came of seeking their voice?", Outcome.choices)),
        ("words", _write(f"{label}: what they said", "Only if heard. Their own words where you can.")),
        (
            "why",
            _line(f"{label}: why not", 300, "If they declined, or it was not possible or not safe to ask."),
        ),
        ("arranged_for", DateField(label=f"{label}: arranged for", required=False)),
        ("arranged_with", _line(f"{label}: who will ask", 120, "Their role, not their name.")),
    ]
    return [
        Item(
            place=Place(
                part=Part.VOICES,
                attribute=attribute,
                label=f"{label}'s voice: {attribute.replace('_', ' ')}",
                key=who,
                is_narrative=attribute in ("words", "why"),
            ),
            field=form_field,
            is_counted=attribute == "outcome" and requirement != Requirement.NOT_APPLICABLE,
        )
        for attribute, form_field in items
    ]


def audit_item(attribute: str, form_field: forms.Field, is_counted=True, is_narrative=False) -> Item:
    """An entry that is in the audit itself."""
    place = Place(Part.ITSELF, attribute, str(form_field.label), is_narrative=is_narrative)
    return Item(place, form_field, is_counted=is_counted)


def judgement_items(scale: str, grades: list[tuple[str, str]]) -> list[Item]:
    """The overall judgement and its reason, and the impact for the child."""
    overall = []
    if scale != Scale.NONE:
        reason = "One paragraph: what weighed most, for better and for worse."
        overall = [
            audit_item("grade", _choose("Overall judgement", grades)),
            audit_item("grade_reason", _write("Reason for the overall judgement", reason), is_narrative=True),
        ]
    if scale == Scale.FOUR_GRADES:
        words = "Only if you grade better than the limiting rule allows."
        beyond = _write("Why you go beyond the limit", words, rows=3)
        overall.append(audit_item("beyond_cap_reason", beyond, is_counted=False, is_narrative=True))
    words = "One sentence: what is different in this child's life because of the work?"
    impact = forms.RadioSelect(attrs={"choice_hints": IMPACT_HINTS})
    return [
        *overall,
        audit_item(
            "impact",
            forms.ChoiceField(
                label="Impact for the child", choices=Impact.choices, required=False, widget=impact
            ),
        ),
        audit_item("impact_note", _write("Impact in one sentence", words, rows=2), is_narrative=True),
    ]


def safety_item() -> Item:
    return audit_item("child_unsafe", _choose("Is a child unsafe now?", Audit.Safety.choices))


def first_finding_items() -> list[Item]:
    """The first strength and the first area for improvement, typed where the rest is typed."""
    words = {
        FindingKind.STRENGTH: ("One strength", "What should others copy?"),
        FindingKind.IMPROVEMENT: ("One area for improvement", "What should be different, and for whom?"),
    }
    return [
        Item(
            place=Place(Part.FINDINGS, "text", str(kind.label), kind.value, is_narrative=True),
            field=_write(*words[kind], rows=3),
        )
        for kind in FindingKind
    ]


def conversation_items(findings: list) -> list[Item]:
    """The conversation with the practitioner; strength and change are picked from the findings."""
    items = [
        audit_item(
            "conversation",
            _choose("Conversation with the practitioner", Audit.Conversation.choices),
        ),
        audit_item("conversation_on", DateField(label="Date held or arranged for", required=False)),
        audit_item("conversation_with", _line("With whom", 120, "Their role, not their name.")),
        audit_item("conversation_why", _line("Why it is not possible", 300), is_narrative=True),
        audit_item("conversation_view", _write("The practitioner's view", "If held."), is_narrative=True),
    ]
    for (name, label), kind in zip(TOLD_LABELS.items(), FindingKind, strict=True):
        items.append(audit_item(f"{name}_id", _pick(label, findings, kind)))
    for item in items[1:]:
        item.is_counted = False
    return items


def _pick(label: str, findings: list, kind: str) -> forms.TypedChoiceField:
    choices = [(found.pk, found.finding.text) for found in findings if found.finding.kind == kind]
    return forms.TypedChoiceField(
        label=label,
        choices=[("", "Not picked yet"), *choices],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text="" if choices else "Nothing to pick from yet: write the findings first.",
    )

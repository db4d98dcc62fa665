"""What is typed about a learning review and its findings."""

import secrets

from django import forms
from django.db.models import Q
from django.utils import timezone

from qa_audit.common.forms import DateField, Form, RowsField, TextField
from qa_audit.common.names import name_key
from qa_audit.common.references import read_reference
from qa_audit.common.wording import day
from qa_audit.findings.forms import ThemesField
from qa_audit.findings.models import FindingKind, Severity
from qa_audit.learning.models import COUNTED_STATUSES, LearningReview, ReviewType
from qa_audit.learning.permissions import LEADING
from qa_audit.people.models import Service, Team, User

LONGEST_TEXT = 20_000
LONGEST_CASE_REFERENCE = 40
MOST_CASES = 200
# In the order in which they happen.
STEPS = {
    "notified_on": "notified",
    "commissioned_on": "commissioned",
    "completed_on": "completed",
    "published_on": "published",
}


def _long_text(label: str, help_text: str = "", **kwargs) -> TextField:
    return TextField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea,
        **kwargs,
    )


class ReviewForm(Form):
    """A review's own facts; what it found is written finding by finding."""

    title = TextField(
        label="Title",
        max_length=200,
        help_text="What happened, without a name.",
        error_messages={"required": "Enter a title"},
    )
    review_type = forms.ChoiceField(
        label="Type",
        choices=[("", "---------"), *ReviewType.choices],
        error_messages={"required": "Choose the type of review"},
    )
    trigger = _long_text("What led to it", "The event or concern, in a few lines.")
    case_references = _long_text(
        "Case references",
        "From the case-management system, one on each line. Leave this empty if there is none.",
    )
    lead_service = forms.ModelChoiceField(
        Service.objects.none(),
        label="Lead service",
        help_text="The review is counted once, under this service.",
        error_messages={"required": "Choose the lead service"},
    )
    other_services = RowsField(
        Service.objects.none(),
        label="Other services with findings",
        required=False,
    )
    notified_on = DateField(label="Notified on", required=False)
    commissioned_on = DateField(label="Commissioned on", required=False)
    due_on = DateField(label="Due on", required=False)
    completed_on = DateField(label="Completed on")
    published_on = DateField(label="Published on", required=False)
    lead = forms.ModelChoiceField(
        User.objects.none(),
        label="Led by",
        required=False,
        widget=forms.Select(attrs={"empty_choice": "Nobody with an account"}),
    )
    partner_agencies = _long_text("Partner agencies")
    key_learning = _long_text("Key learning", "What should be different, for whom, and why. No names.")
    themes = ThemesField()
    version = forms.IntegerField(initial=0, widget=forms.HiddenInput)
    token = forms.CharField(
        max_length=30, initial=lambda: secrets.token_urlsafe(16), widget=forms.HiddenInput
    )

    def __init__(self, *args, user: User, review: LearningReview | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self._offer(user, review)
        if review is None or review.status not in COUNTED_STATUSES:
            del self.fields["completed_on"]
        if review is None or not review.published_on:
            del self.fields["published_on"]
        del self.fields["token" if review else "version"]

    def _offer(self, user, review) -> None:
        """Services that have not ended and people who lead reviews, and those that the review has already."""
        services = Service.objects.visible_to(user)
        chosen = (
            [review.lead_service_id, *review.other_services.values_list("pk", flat=True)] if review else []
        )
        current = services.filter(Q(pk__in=services.current().values("pk")) | Q(pk__in=chosen))
        self.fields["lead_service"].queryset = current
        self.fields["other_services"].queryset = current
        leading = User.objects.with_role(*LEADING).values("pk")
        self.fields["lead"].queryset = User.objects.filter(
            Q(pk__in=leading) | Q(pk=review and review.lead_id)
        )

    def clean_case_references(self):
        try:
            lines = [read_reference(line) for line in self.cleaned_data["case_references"].splitlines()]
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None
        once: dict[str, str] = {}
        for line in filter(None, lines):
            once.setdefault(name_key(line), line)
        references = list(once.values())
        too_long = [line for line in references if len(line) > LONGEST_CASE_REFERENCE]
        if too_long:
            raise forms.ValidationError(
                f"A case reference has at most {LONGEST_CASE_REFERENCE} characters. Write one on each line."
            )
        if len(references) > MOST_CASES:
            raise forms.ValidationError(f"Enter at most {MOST_CASES} case references")
        return "\n".join(references)

    def clean(self):
        cleaned = super().clean()
        lead_service = cleaned.get("lead_service")
        if lead_service and lead_service in cleaned.get("other_services", ()):
            self.add_error("other_services", f"{lead_service} is already the lead service")
        for name, problem in date_problems(cleaned).items():
            self.add_error(name, problem)
        return cleaned


def date_problems(dates: dict) -> dict[str, str]:
    """What is wrong with which date: it lies in the future, or before a step that comes first."""
    today, problems, last = timezone.localdate(), {}, ""
    for name, step in STEPS.items():
        on = dates.get(name)
        if not on:
            continue
        if on > today:
            problems[name] = f"The date it was {step} must be today or in the past"
        elif last and on < dates[last]:
            problems[name] = (
                f"The date it was {step} must be on or after {day(dates[last])}, when it was {STEPS[last]}"
            )
        else:
            last = name
    due, begun = dates.get("due_on"), dates.get("commissioned_on") or dates.get("notified_on")
    if due and begun and due < begun:
        problems["due_on"] = f"The due date must be on or after {day(begun)}, when it began"
    return problems


class _MoveForm(Form):
    """A step on a day that must fit the review's earlier days."""

    def __init__(self, *args, review: LearningReview, **kwargs):
        super().__init__(*args, **kwargs)
        self.review = review

    def clean(self):
        cleaned = super().clean()
        problems = date_problems(self.review.content() | cleaned)
        for name in problems.keys() & self.fields.keys():
            self.add_error(name, problems[name])
        return cleaned


class CompleteForm(_MoveForm):
    completed_on = DateField(
        label="Completed on",
        help_text="The review counts in the period of this day.",
    )
    is_without_finding = forms.BooleanField(
        label="Complete it without a finding",
        help_text="No finding is recorded yet. Add what it found first, or tick this.",
        error_messages={"required": "Add a finding, or tick that it is completed without one"},
    )

    def __init__(self, *args, review: LearningReview, **kwargs):
        super().__init__(*args, review=review, **kwargs)
        # Reopened, it most likely counts again where it counted before.
        self.initial["completed_on"] = review.completed_on or timezone.localdate()
        if review.review_findings.exists():
            del self.fields["is_without_finding"]


class PublishForm(_MoveForm):
    published_on = DateField(
        label="Published on",
        initial=timezone.localdate,
        help_text="The day on which the partnership published it.",
    )


class WithdrawReviewForm(Form):
    reason = TextField(
        label="Why are you withdrawing it?",
        max_length=2000,
        widget=forms.Textarea,
        help_text="History keeps the reason.",
    )


class ReopenForm(_MoveForm):
    reason = TextField(
        label="Why are you reopening it?",
        max_length=2000,
        widget=forms.Textarea,
        help_text="It leaves the counts until it is completed again. History keeps the reason.",
        error_messages={"required": "Say why you are reopening it"},
    )


class ReviewHandOverForm(Form):
    to = forms.ModelChoiceField(
        User.objects.none(),
        label="Who leads it from now on?",
        help_text="An auditor or a QA lead.",
        empty_label="Choose a person",
        error_messages={"required": "Choose who leads it from now on"},
    )
    reason = TextField(
        label="Why are you handing it over?",
        max_length=2000,
        widget=forms.Textarea,
        help_text="History keeps the reason, and both names.",
        error_messages={"required": "Say why you are handing it over"},
    )

    def __init__(self, *args, review: LearningReview, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = User.objects.with_role(*LEADING).exclude(pk=review.lead_id)


class ReviewFindingForm(Form):
    """A strength or an area for improvement that the review found."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=FindingKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it is a strength or an area for improvement"},
    )
    text = TextField(
        label="What was found",
        max_length=2000,
        widget=forms.Textarea,
        help_text="One thing, in a sentence or two. No names.",
    )
    service = forms.ModelChoiceField(
        Service.objects.none(),
        label="Service",
        help_text="The review's lead service, or another that it names.",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the service that it is about"},
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        label="Team",
        required=False,
        widget=forms.Select(attrs={"empty_choice": "No single team"}),
    )
    severity = forms.ChoiceField(
        label="How serious is it?",
        choices=Severity.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text="For an area for improvement only.",
    )
    themes = ThemesField()
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, review: LearningReview, is_new: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        services = [review.lead_service_id, *(service.pk for service in review.other_services.all())]
        self.fields["service"].queryset = Service.objects.filter(pk__in=services)
        self.fields["team"].queryset = Team.objects.filter(service__in=services)
        if is_new:
            del self.fields["version"]

    def clean(self):
        cleaned = super().clean()
        team = cleaned.get("team")
        if team and cleaned.get("service") and team.service_id != cleaned["service"].pk:
            self.add_error(
                "team", f"{team} is a team of {team.service}. Choose that service, or another team."
            )
        if cleaned.get("kind") == FindingKind.STRENGTH:
            # Radios cannot be taken back: a severity chosen before "strength" means nothing.
            cleaned["severity"] = ""
        elif cleaned.get("kind") and not cleaned.get("severity") and "severity" not in self.errors:
            self.add_error("severity", "Say how serious the area for improvement is")
        return cleaned

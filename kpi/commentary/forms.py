"""What is typed as commentary and action steps."""

from datetime import date

from django import forms

from kpi.commentary.models import ENDED, ActionStep, Commentary
from kpi.indicators.models.areas import Area
from kpi.indicators.models.indicators import Indicator
from qa_audit.common.forms import DateField, Form, TextField
from qa_audit.people.models import Role, Service, User

LONGEST_TEXT = 5000
POINTS_HELP = (
    "One point on each line: it prints as a bullet under the area’s table. What stands out, why, and what it "
    "means for children. No names."
)
NOTHING_WRITTEN = "Write what the figures of this area say"
NOTHING_CHOSEN = "Write what the figure means, or choose the commentary that it shares"


class SameAsField(forms.ModelChoiceField):
    """Another indicator's commentary of the month, by its code and how it begins."""

    def label_from_instance(self, obj):
        begins = " ".join(obj.text.split())
        return f"{obj.indicator}: {begins[:60]}{'…' if len(begins) > 60 else ''}"


class CommentaryForm(Form):
    """A month's commentary: words of its own, or of an indicator, the same as another one's."""

    text = TextField(
        label="What does the figure mean?",
        help_text="What explains it, and what it means for children. No names.",
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea,
    )
    same_as = SameAsField(
        Commentary.objects.none(),
        label="Or the same as the commentary on",
        required=False,
        widget=forms.Select(attrs={"empty_choice": "None: it has its own words"}),
    )
    version = forms.IntegerField(initial=0, widget=forms.HiddenInput)

    def __init__(self, *args, user: User, subject: Indicator | Area, month: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.subject, self.month = subject, month
        if isinstance(subject, Area):
            del self.fields["same_as"]
            text = self.fields["text"]
            text.label, text.help_text = "What do the figures of this area say?", POINTS_HELP
            return
        others = (
            Commentary.objects.visible_to(user).for_service().filter(month=month, same_as=None, area=None)
        )
        others = others.exclude(indicator=subject).select_related("indicator")
        self.fields["same_as"].queryset = others.order_by("indicator__code")

    def clean(self):
        cleaned = super().clean()
        text, same_as = cleaned.get("text"), cleaned.get("same_as")
        if text and same_as:
            self.add_error("same_as", "Write its own words or choose another commentary, not both")
        elif not text and not same_as and not self.errors:
            self.add_error("text", NOTHING_WRITTEN if isinstance(self.subject, Area) else NOTHING_CHOSEN)
        elif same_as and self._is_shared():
            self.add_error(
                "same_as", "Another commentary is the same as this one, so this one needs its own words"
            )
        return cleaned

    def _is_shared(self) -> bool:
        return Commentary.objects.filter(same_as__indicator=self.subject, month=self.month).exists()


class VersionForm(Form):
    """What was on the page where a button was pressed."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ReturnForm(Form):
    note = TextField(
        label="What has to change?",
        max_length=2000,
        widget=forms.Textarea,
        help_text="The head of service reads this beside their text.",
        error_messages={"required": "Say what has to change"},
    )


class ActionStepForm(Form):
    """What someone will do about a figure, who, and by when."""

    text = TextField(
        label="What will be done?",
        max_length=2000,
        widget=forms.Textarea,
        help_text="One step, in a sentence or two. No names.",
        error_messages={"required": "Say what will be done"},
    )
    owner_role = TextField(
        label="By whom?",
        max_length=120,
        help_text="A role, not a name: for example, team manager of the duty team.",
        error_messages={"required": "Enter the role that will do it"},
    )
    due_on = DateField(
        label="By when?", error_messages={"required": "Enter the date by which it will be done"}
    )
    service = forms.ModelChoiceField(
        Service.objects.none(),
        label="Service",
        required=False,
        widget=forms.Select(attrs={"empty_choice": "The whole council"}),
        error_messages={"required": "Choose the service"},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, user: User, month: date, step: ActionStep | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.month = month
        services = Service.objects.visible_to(user)
        field = self.fields["service"]
        if user.has_role(Role.ANALYST):
            field.queryset = services
        else:
            # A head's step is their service's; another service's stays where it is.
            current = {step.action.service_id} if step else set()
            field.queryset = services.filter(pk__in=user.headed_service_ids | current)
            field.required, field.widget.attrs["empty_choice"] = True, "Choose one"
            field.initial = min(user.headed_service_ids, default=None)
        if step is None:
            del self.fields["version"]

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        if due_on < self.month:
            raise forms.ValidationError("The date must be in the month of the figure or after it")
        return due_on


class EndStepForm(Form):
    status = forms.ChoiceField(
        label="How did it end?",
        choices=list(ENDED.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Say how it ended"},
    )
    outcome = TextField(
        label="What came of it?",
        max_length=2000,
        widget=forms.Textarea,
        help_text="What is different now, or why it is no longer needed. No names.",
        error_messages={"required": "Say what came of it"},
    )

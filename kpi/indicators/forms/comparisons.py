"""Targets, benchmarks, populations and thresholds, each from a month on."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from kpi.indicators.forms.fields import (
    NumberField,
    month,
    optional_line,
    plain_number,
    radios,
    version_field,
    whole_number,
)
from kpi.indicators.models.comparisons import (
    Benchmark,
    CaseloadThreshold,
    Comparability,
    Comparator,
    Effective,
    MarginUnit,
    Operator,
    Population,
    Profile,
    QualifyingStatus,
    Target,
)
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.versions import Basis, Polarity, Unit
from qa_audit.common.forms import TextField
from qa_audit.people.forms import ActionForm
from qa_audit.people.models import Service, Team

ENDS_THE_ONE_BEFORE = "If the one before it has no last month, that one ends with the month before."
# The margin of ratings where none is given, by unit.
USUAL_MARGIN = {Unit.RATE: "5% of the target"}


class _EffectiveForm(ActionForm):
    """In force from a month on. What a row (a `MODEL`) is of (its `KEY`) is said once, when it is set."""

    MODEL: type[Effective]
    KEY: tuple[str, ...] = ()

    from_month = month("First month", help_text=f"For example, April 2026. {ENDS_THE_ONE_BEFORE}")
    to_month = month(
        "Last month (optional)", help_text="Leave this empty while it is still in force.", required=False
    )
    version = version_field()

    def __init__(self, *args, row: Effective | None = None, indicator: Indicator | None = None, **kwargs):
        if row:
            kwargs["initial"] = self.initial_of(row)
        super().__init__(*args, **kwargs)
        for name in self.KEY if row else ("version",):
            del self.fields[name]
        if row:
            self.fields["from_month"].help_text = "For example, April 2026"

    def clean(self):
        """What the row itself refuses is said beside what is missing, so that it takes one round."""
        cleaned = super().clean()
        named = {field.name for field in self.MODEL._meta.concrete_fields} - {"version"}
        given = {name: value for name, value in cleaned.items() if name in named}
        given["from_month"] = given.get("from_month") or given.get("to_month")
        try:
            self.MODEL(**given).clean()
        except ValidationError as error:
            for name, problems in error.error_dict.items():
                if name not in self.errors:
                    self.add_error(name, problems)
        return cleaned


def _optional(queryset, label: str, empty: str) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        queryset, label=label, required=False, widget=forms.Select(attrs={"empty_choice": empty})
    )


class _WrittenTargetField(TextField):
    """A target as people write it; `TargetForm` reads it together with the other fields."""

    def prepare_value(self, value):
        return plain_number(value)


class TargetForm(_EffectiveForm):
    MODEL = Target
    KEY = ("service", "team")

    service = _optional(Service.objects.none(), "For one service (optional)", "The whole council")
    team = _optional(Team.objects.none(), "For one team (optional)", "No single team")
    operator = radios("What should the figure be?", Operator, "Choose at least, at most or between")
    value = _WrittenTargetField(
        label="Value",
        max_length=40,
        help_text="For example, 95. “<36” is taken as at most 36, “TBC” as still to be confirmed.",
        widget=forms.TextInput(attrs={"width": "10"}),
        required=False,
    )
    upper_value = NumberField(label="Upper value, for “between” (optional)", required=False)
    is_to_be_confirmed = forms.BooleanField(label="It is still to be confirmed", required=False)
    profile = radios("How it runs over the months", Profile, initial=Profile.FLAT)
    margin = NumberField(label="How far off target is still amber (optional)", required=False)
    margin_unit = radios("Unit of the margin", MarginUnit, initial=MarginUnit.POINTS)
    reason = optional_line("Reason", help_text="For example, agreed in the improvement plan")

    field_order = (
        *("service", "team", "operator", "value", "upper_value", "is_to_be_confirmed"),
        *("from_month", "to_month"),
        *("profile", "margin", "margin_unit", "reason"),
    )

    def __init__(self, *args, indicator: Indicator, row: Target | None = None, **kwargs):
        meaning = indicator.meaning(timezone.localdate())
        low_is_good = meaning is not None and meaning.polarity == Polarity.LOW_GOOD
        kwargs.setdefault("initial", {"operator": Operator.AT_MOST if low_is_good else Operator.AT_LEAST})
        super().__init__(*args, row=row, **kwargs)
        self.unit = meaning.unit if meaning else ""
        usual = USUAL_MARGIN.get(self.unit, "5 points")
        self.fields["margin"].help_text = f"Leave this empty for the usual margin: {usual}."
        if row is None:
            self.fields["service"].queryset = Service.objects.current()
            self.fields["team"].queryset = Team.objects.current()

    def clean(self):
        written = self.cleaned_data.pop("value", "")
        try:
            read = Target.read(written) if written else {}
        except ValueError:
            self.add_error("value", "Enter a number such as 95, a ceiling such as “<36”, or TBC")
            read = {}
        self.cleaned_data |= {"value": None, **read}
        cleaned = super().clean()
        if self.unit == Unit.PERCENTAGE:
            for name in ("value", "upper_value"):
                number = cleaned.get(name)
                if number is not None and not 0 <= number <= 100:
                    self.add_error(name, "A percentage must be between 0 and 100")
        return cleaned


def _rank_field(label: str, help_text: str = "") -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"width": "4"})
    return whole_number(f"{label} (optional)", (1, 1000), help_text=help_text, required=False, widget=widget)


class BenchmarkForm(_EffectiveForm):
    MODEL = Benchmark
    KEY = ("comparator",)

    comparator = radios("Whose figure is it?", Comparator, "Choose whose figure it is")
    comparator_name = optional_line("Name", 80, "Which region, or which set of neighbours.")
    period = optional_line("Period", 20, "The year of the figure, for example 2024-25.")
    value = NumberField(label="Value")
    basis = forms.ChoiceField(
        label="Basis",
        choices=Basis.choices,
        initial=Basis.NOT_STATED,
        help_text="It is shown beside figures of the same basis, or with the words “basis not stated”.",
    )
    release = optional_line("Publication", 80, "Where the figure was published.")
    comparability = radios(
        "Can it be compared?",
        Comparability,
        "Say whether it can be compared",
        initial=Comparability.NOT_STATED,
    )
    difference = optional_line("How the definition differs")
    rank = _rank_field("The council’s place", "Among those compared, for example 9 of 11.")
    rank_of = _rank_field("Out of how many")

    field_order = ("comparator", "comparator_name", "period", "value", "basis", "from_month", "to_month")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        shown = "The first month that shows it, for example April 2026."
        self.fields["from_month"].help_text = f"{shown} {ENDS_THE_ONE_BEFORE}"


class PopulationForm(_EffectiveForm):
    MODEL = Population
    KEY = ("age_band",)

    age_band = TextField(
        label="Age band",
        max_length=40,
        help_text="Written as in the definitions of rates, for example 0 to 17.",
    )
    people = whole_number(
        "How many people",
        (1, 100_000_000),
        "Enter how many people",
        widget=forms.NumberInput(attrs={"width": "10"}),
    )
    mid_year = forms.IntegerField(
        label="Year of the mid-year estimate (optional)",
        min_value=1990,
        max_value=2100,
        required=False,
        help_text="For example, 2025",
        error_messages={"invalid": "Enter a year like 2025"},
    )
    release = optional_line("Publication", 80, "Where the figure was published.")

    field_order = ("age_band", "people", "from_month", "to_month")


class ThresholdForm(_EffectiveForm):
    MODEL = CaseloadThreshold
    KEY = ("status",)

    status = radios("Qualifying status", QualifyingStatus)
    children = whole_number(
        "A caseload counts as high from how many children?",
        (1, 200),
        "Enter from how many children a caseload counts as high",
        initial=20,
    )

    field_order = ("status", "children", "from_month", "to_month")

"""Targets, benchmarks, populations and thresholds, each from a month on."""

from django import forms

from kpi.indicators.forms.indicators import NumberField, plain_number, version_field, words
from kpi.indicators.models import (
    Basis,
    Comparability,
    Comparator,
    Effective,
    IndicatorVersion,
    MarginUnit,
    Operator,
    Polarity,
    Profile,
    QualifyingStatus,
    Target,
    Unit,
)
from qa_audit.common.forms import TextField
from qa_audit.common.months import MonthField, MonthInput
from qa_audit.people.forms import ActionForm
from qa_audit.people.models import Service, Team

ENDS_THE_ONE_BEFORE = "What is in force until then without a last month ends with the month before."
# The margin of ratings where none is given, by unit.
USUAL_MARGIN = {Unit.RATE: "5% of the target"}


class _EffectiveForm(ActionForm):
    """In force from a month on. What a row is of (`KEY`) is said once, when it is set."""

    KEY: tuple[str, ...] = ()

    from_month = MonthField(label="First month", help_text=f"For example, April 2026. {ENDS_THE_ONE_BEFORE}")
    to_month = MonthField(
        label="Last month (optional)",
        widget=MonthInput(attrs={"width": "10"}),
        help_text="Leave this empty while it goes on.",
        required=False,
    )
    version = version_field()

    def __init__(self, *args, row: Effective | None = None, **kwargs):
        if row:
            kwargs["initial"] = self.initial_of(row)
        super().__init__(*args, **kwargs)
        for name in self.KEY if row else ("version",):
            del self.fields[name]
        if row:
            self.fields["from_month"].help_text = "For example, April 2026"


def _optional(queryset, label: str, empty: str) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        queryset, label=label, required=False, widget=forms.Select(attrs={"empty_choice": empty})
    )


class _WrittenTargetField(TextField):
    """A target as people write it; `TargetForm` reads it together with the other fields."""

    def prepare_value(self, value):
        return plain_number(value)


class TargetForm(_EffectiveForm):
    KEY = ("service", "team")

    service = _optional(Service.objects.none(), "For one service (optional)", "The whole council")
    team = _optional(Team.objects.none(), "For one team (optional)", "No one team")
    operator = forms.ChoiceField(
        label="What is to be reached?", choices=Operator.choices, widget=forms.RadioSelect
    )
    value = _WrittenTargetField(
        label="Value",
        max_length=40,
        help_text="For example, 95. “<36” is taken as at most 36, “TBC” as still to be confirmed.",
        widget=forms.TextInput(attrs={"width": "10"}),
        required=False,
    )
    upper_value = NumberField(label="Upper value, for “between” (optional)", required=False)
    is_to_be_confirmed = forms.BooleanField(label="It is still to be confirmed", required=False)
    profile = forms.ChoiceField(
        label="How it runs", choices=Profile.choices, initial=Profile.FLAT, widget=forms.RadioSelect
    )
    margin = NumberField(label="Still amber when short by (optional)", required=False)
    margin_unit = forms.ChoiceField(
        label="The margin is in",
        choices=MarginUnit.choices,
        initial=MarginUnit.POINTS,
        widget=forms.RadioSelect,
    )
    reason = words("Reason", help_text="For example, agreed in the improvement plan")

    field_order = (
        *("service", "team", "operator", "value", "upper_value", "is_to_be_confirmed"),
        *("from_month", "to_month"),
        *("profile", "margin", "margin_unit", "reason"),
    )

    def __init__(self, *args, meaning: IndicatorVersion | None, row: Target | None = None, **kwargs):
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
        cleaned = super().clean()
        written = cleaned.pop("value", "")
        try:
            read = Target.read(written) if written else {}
        except ValueError:
            self.add_error("value", "Enter a number such as 95, a ceiling such as “<36”, or TBC")
            return cleaned
        cleaned |= {"value": None, **read}
        upper = cleaned.get("upper_value")
        if self.unit == Unit.PERCENTAGE:
            for name, number in (("value", cleaned["value"]), ("upper_value", upper)):
                if number is not None and not 0 <= number <= 100:
                    self.add_error(name, "A percentage lies between 0 and 100")
        return cleaned


class BenchmarkForm(_EffectiveForm):
    KEY = ("comparator",)

    comparator = forms.ChoiceField(label="Who", choices=Comparator.choices, widget=forms.RadioSelect)
    comparator_name = words("Name", 80, "Which region, or which set of neighbours.")
    period = words("Period", 20, "The year of the figure, for example 2024-25.")
    value = NumberField(label="Value")
    basis = forms.ChoiceField(
        label="Basis",
        choices=Basis.choices,
        help_text="It is shown beside figures of the same basis only.",
    )
    release = words("Release", 80, "The publication that it was taken from.")
    comparability = forms.ChoiceField(
        label="Can it be compared?",
        choices=Comparability.choices,
        initial=Comparability.SAME,
        widget=forms.RadioSelect,
    )
    difference = words("How the definition differs")

    field_order = ("comparator", "comparator_name", "period", "value", "basis", "from_month", "to_month")

    def __init__(self, *args, meaning: IndicatorVersion | None, **kwargs):
        kwargs.setdefault("initial", {"basis": meaning.basis if meaning else Basis.FINANCIAL_YEAR})
        super().__init__(*args, **kwargs)
        self.fields[
            "from_month"
        ].help_text = (
            f"The first month beside which it is shown, for example April 2026. {ENDS_THE_ONE_BEFORE}"
        )


class PopulationForm(_EffectiveForm):
    KEY = ("age_band",)

    age_band = TextField(label="Age band", max_length=40, help_text="As rates name it, for example 0 to 17.")
    people = forms.IntegerField(
        label="People",
        min_value=1,
        max_value=100_000_000,
        error_messages={"invalid": "Enter a whole number"},
        widget=forms.NumberInput(attrs={"width": "10"}),
    )
    mid_year = forms.IntegerField(
        label="Estimate of mid-year (optional)",
        min_value=1990,
        max_value=2100,
        required=False,
        help_text="For example, 2025",
        error_messages={"invalid": "Enter a year like 2025"},
    )
    release = words("Release", 80, "The publication that it was taken from.")

    field_order = ("age_band", "people", "from_month", "to_month")


class ThresholdForm(_EffectiveForm):
    KEY = ("status",)

    status = forms.ChoiceField(
        label="Qualifying status", choices=QualifyingStatus.choices, widget=forms.RadioSelect
    )
    children = forms.IntegerField(
        label="Children from which a caseload is high",
        min_value=1,
        max_value=200,
        initial=20,
        error_messages={"invalid": "Enter a whole number"},
    )

    field_order = ("status", "children", "from_month", "to_month")

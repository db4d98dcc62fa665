"""Indicators, their versions and components."""

from django import forms
from django.core.exceptions import ValidationError

from kpi.indicators.actions.indicators import External
from kpi.indicators.forms.fields import (
    NumberField,
    month,
    optional_line,
    optional_text,
    radios,
    version_field,
    whole_number,
)
from kpi.indicators.models.areas import Area
from kpi.indicators.models.indicators import ComponentRole, ExternalCode, Indicator
from kpi.indicators.models.versions import Basis, Counts, IndicatorVersion, Polarity, Rollup, Unit
from qa_audit.common.forms import RowsField, TextField
from qa_audit.people.forms import ActionForm
from qa_audit.people.models import Service

LONGEST_SCHEME = ExternalCode._meta.get_field("scheme").max_length
LONGEST_EXTERNAL_CODE = ExternalCode._meta.get_field("code").max_length


class ExternalCodesField(TextField):
    """Codes elsewhere, one on each line: the scheme, a colon, the code."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value):
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value):
        found = []
        for line in filter(None, map(str.strip, super().clean(value).splitlines())):
            scheme, colon, code = (part.strip() for part in line.partition(":"))
            if not (scheme and colon and code):
                raise ValidationError(f"Write “{line[:60]}” as a scheme, a colon and a code")
            for part, longest in ((scheme, LONGEST_SCHEME), (code, LONGEST_EXTERNAL_CODE)):
                if len(part) > longest:
                    raise ValidationError(f"“{part[:60]}” is too long: {longest} characters at most")
            found.append(External(scheme, code))
        return list(dict.fromkeys(found))


class _PlaceForm(ActionForm):
    """Where an indicator stands, who answers for it, and what it is called elsewhere."""

    area = forms.ModelChoiceField(Area.objects.none(), label="Area")
    order = whole_number(
        "Place in its area",
        (0, 9999),
        "Enter its place in the area",
        initial=0,
        help_text="Indicators of an area are listed by this number, the lowest first.",
    )
    services = RowsField(
        Service.objects.none(),
        label="Services responsible for it (optional)",
        help_text="Their heads write its commentary.",
        required=False,
    )
    external_codes = ExternalCodesField(
        label="Codes elsewhere (optional)",
        help_text="One on each line, as “Team table: repeat_cpp”: the dataset’s reference, a team table’s "
        "code, the clinic’s name. Returns know the indicator by each, so each leads to one indicator.",
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.all()
        chosen = Service.objects.filter(pk__in=self.initial.get("services", ()))
        self.fields["services"].queryset = Service.objects.current() | chosen

    @classmethod
    def initial_of(cls, record) -> dict:
        return {
            **super().initial_of(record),
            "services": sorted(service.pk for service in record.services.all()),
            "external_codes": [External(one.scheme, one.code) for one in record.external_codes.all()],
        }


class _MeaningForm(ActionForm):
    """What an indicator means, from a month on."""

    from_month = month(
        "In force from", "Enter the first month", help_text="The first month. For example, April 2026"
    )
    title = TextField(label="Title", max_length=250)
    outcome = optional_line("The outcome it supports", help_text="One sentence.")
    unit = forms.ChoiceField(label="Unit", choices=[("", "---------"), *Unit.choices])
    basis = forms.ChoiceField(label="Basis", choices=[("", "---------"), *Basis.choices])
    is_stock = forms.BooleanField(
        label="It is a stock",
        help_text="It counts what is there at one moment, such as open plans, not what happens over time.",
        required=False,
    )
    polarity = radios("Which way is good?", Polarity, "Say which way is good", initial=Polarity.NEUTRAL)
    decimal_places = whole_number("Decimal places shown", (0, 6), "Enter how many decimal places", initial=0)
    counts = forms.ChoiceField(
        label="What it counts (optional)",
        choices=[("", "---------"), *Counts.choices],
        required=False,
        widget=forms.Select(attrs={"empty_choice": "Not stated"}),
    )
    numerator_words = optional_line("Numerator in words", help_text="For example, visits made within 10 days")
    denominator_words = optional_line(
        "Denominator in words", help_text="For example, visits due in the month"
    )
    population = optional_line(
        "Population of a rate", 40, "The age band, for example 0 to 17. Only for a rate."
    )
    who_counts = optional_text("Who is counted and who is not", "For example, whether unborn children count.")
    team_rollup = forms.ChoiceField(
        label="How teams are put together", choices=Rollup.choices, initial=Rollup.POOLED
    )
    period_rollup = forms.ChoiceField(
        label="How months are put together", choices=Rollup.choices, initial=Rollup.NONE
    )
    plausible_minimum = NumberField(
        label="Lowest plausible value (optional)",
        help_text="A lower figure gives a warning when a return is checked.",
        required=False,
    )
    plausible_maximum = NumberField(label="Highest plausible value (optional)", required=False)
    definition = optional_text("Definition")
    source = optional_line("Source", help_text="The system and the report that the figures come from.")
    owner_role = optional_line("Owner", 120, "The role responsible for it, not a name.")
    reporter_role = optional_line("Reporter", 120, "The role that sends the figures, not a name.")


class AddIndicatorForm(_PlaceForm, _MeaningForm):
    code = TextField(
        label="Code",
        max_length=200,
        help_text="It never changes. For example, CP5-QL",
        widget=forms.TextInput,
    )

    field_order = ("code", "area", "order", *IndicatorVersion.MEANING, "services", "external_codes")


class ChangeIndicatorForm(_PlaceForm):
    version = version_field()


class AddVersionForm(_MeaningForm):
    reason = TextField(
        label="Why does the definition change?",
        max_length=250,
        error_messages={"required": "Say why the definition changes"},
    )

    field_order = ("from_month", "reason")


class ChangeVersionForm(_MeaningForm):
    version = version_field()

    def only_what_is_not_stated(self, version: IndicatorVersion) -> bool:
        """Ask for nothing but what nobody has said yet of a version on which figures stand; whether any."""
        asked = [name for name in version.STATED_LATER if not version.is_stated(name)]
        for name in set(self.fields) - {*asked, "version"}:
            del self.fields[name]
        return bool(asked)


class ReasonForm(ActionForm):
    """Why something is retired or opened again."""

    reason = TextField(label="Reason", max_length=250, help_text="It stays in the history.")


class ComponentForm(ActionForm):
    role = radios("What the other indicator is to this one", ComponentRole)
    part = forms.ModelChoiceField(
        Indicator.objects.none(),
        label="Other indicator",
        error_messages={"required": "Choose the other indicator"},
    )

    def __init__(self, *args, indicator: Indicator, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["part"].queryset = Indicator.objects.unmerged().exclude(pk=indicator.pk)

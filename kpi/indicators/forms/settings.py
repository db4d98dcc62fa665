"""Areas, months, and the names by which returns call teams."""

from django import forms

from kpi.indicators.forms.indicators import version_field
from qa_audit.common.forms import DateField, FilterForm, TextField
from qa_audit.common.months import MonthField, MonthInput
from qa_audit.people.forms import ActionForm
from qa_audit.people.models import Team


class InForceForm(FilterForm):
    """For which month a page shows what is in force; this month unless another is typed."""

    month = MonthField(label="Month", required=False, widget=MonthInput(attrs={"width": "10"}))


class LockMonthForm(ActionForm):
    month = MonthField(
        label="Month",
        widget=MonthInput(attrs={"width": "10"}),
        help_text="It takes no figures once it is locked. For example, April 2026",
        error_messages={"required": "Enter the month to lock"},
    )


class AreaForm(ActionForm):
    title = TextField(label="Title", max_length=120)
    order = forms.IntegerField(
        label="Place in lists",
        min_value=0,
        max_value=9999,
        help_text="Areas are listed by this number, the lowest first.",
        error_messages={"required": "Enter its place in lists", "invalid": "Enter a whole number"},
    )
    version = version_field()

    def __init__(self, *args, is_new: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if is_new:
            del self.fields["version"]


class ChangeAliasForm(ActionForm):
    """The days in which a team has another name."""

    starts_on = DateField(label="First day (optional)", required=False)
    ends_on = DateField(label="Last day (optional)", required=False)
    version = version_field()

    @classmethod
    def initial_of(cls, record) -> dict:
        return {**super().initial_of(record), "version": record.team.version}


class AddAliasForm(ActionForm):
    name = TextField(label="Other name", max_length=120, help_text="As returns and spreadsheets write it.")
    team = forms.ModelChoiceField(Team.objects.none(), label="Team")
    starts_on = DateField(label="First day (optional)", required=False)
    ends_on = DateField(label="Last day (optional)", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.all()

"""Areas, months, and the names by which returns call teams."""

from django import forms

from kpi.indicators.forms.fields import month, version_field, whole_number
from qa_audit.common.forms import DateField, FilterForm, TextField
from qa_audit.people.forms import ActionForm
from qa_audit.people.models import Team


class InForceForm(FilterForm):
    """For which month a page shows what is in force; this month unless another is typed."""

    month = month("Month", required=False)


class LockMonthForm(ActionForm):
    month = month(
        "Month",
        "Enter the month to lock",
        help_text="It takes no figures once it is locked. For example, April 2026",
    )


class AreaForm(ActionForm):
    title = TextField(label="Title", max_length=120)
    order = whole_number(
        "Place in lists",
        (0, 9999),
        "Enter its place in lists",
        help_text="Areas are listed by this number, the lowest first.",
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

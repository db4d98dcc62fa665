"""Where a chart's limits begin, and which indicator another is merged into."""

from django import forms
from django.utils import timezone

from kpi.indicators.models.indicators import Indicator
from kpi.indicators.tables.values import title_with_code
from kpi.packs.models import LEAST_BASELINE
from qa_audit.common.forms import Form, TextField
from qa_audit.common.months import MonthField, MonthInput

MOST_MONTHS = 60


class BaselineForm(Form):
    """Where a chart's limits begin, and over how many months they are worked out."""

    from_month = MonthField(
        label="First month",
        widget=MonthInput(attrs={"width": "10"}),
        help_text="The month in which the work changed. For example, June 2026",
    )
    months = forms.IntegerField(
        label="How many months?",
        min_value=LEAST_BASELINE,
        max_value=MOST_MONTHS,
        initial=LEAST_BASELINE,
        help_text=f"At least {LEAST_BASELINE}. Months without a figure yet count once they have one.",
        error_messages={"required": "Enter how many months", "invalid": "Enter a whole number"},
    )
    reason = TextField(
        label="Why?",
        max_length=250,
        help_text="What changed in the work. A chart’s limits never move without a reason.",
        error_messages={"required": "Say what changed"},
    )


class _ByTitle(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        return title_with_code(obj.code, obj.title)


class MergeIntoForm(Form):
    """Into which of the others an indicator is to be merged."""

    into = _ByTitle(
        Indicator.objects.none(),
        label="Merge it into",
        help_text="The indicator that stays, with its own definition.",
        empty_label="---------",
        error_messages={
            "required": "Choose an indicator",
            "invalid_choice": "Choose an indicator from the list",
        },
    )

    def __init__(self, *args, others, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = others.live().with_meaning(timezone.localdate())

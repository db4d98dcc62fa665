"""Which month a page of Measures is of."""

from datetime import date

from django import forms

from kpi.measures.values import FIRST_MONTH
from kpi.returns.models import Observation
from qa_audit.common.forms import FilterForm
from qa_audit.common.months import month_words, parse_month
from qa_audit.people.models import User


def financial_year(month: date) -> str:
    """2018-19: the year from 1 April in which the month lies."""
    first = month.year - (month.month < FIRST_MONTH)
    return f"{first}-{(first + 1) % 100:02}"


def months_with_figures(user: User) -> list[date]:
    """Months that have figures of the council which the person may see, newest first.

    Whether a figure still stands is not asked: so the index alone answers.
    """
    council = Observation.objects.visible_to(user).of_council()
    return list(council.order_by("-month").values_list("month", flat=True).distinct())


class MonthForm(FilterForm):
    """The newest month there is, unless another is chosen."""

    month = forms.ChoiceField(required=False)

    def __init__(self, data, *, months: list[date]):
        super().__init__(data)
        self.months = months
        self.fields["month"].choices = [(f"{month:%Y-%m}", month_words(month)) for month in months]
        self.fields["month"].error_messages["invalid_choice"] = "Choose a month from the list"

    def chosen(self) -> date:
        """The month asked for; only of a valid form, and where there is any month."""
        typed = self.cleaned_data["month"]
        return parse_month(typed) if typed else self.months[0]

"""What an analyst types of indicators and of what they are held against."""

from .comparisons import BenchmarkForm, PopulationForm, TargetForm, ThresholdForm
from .indicators import (
    AddIndicatorForm,
    AddVersionForm,
    ChangeIndicatorForm,
    ChangeVersionForm,
    ComponentForm,
    ReasonForm,
)
from .settings import AddAliasForm, AreaForm, ChangeAliasForm, LockMonthForm, MonthForm

__all__ = [
    "AddAliasForm",
    "AddIndicatorForm",
    "AddVersionForm",
    "AreaForm",
    "BenchmarkForm",
    "ChangeAliasForm",
    "ChangeIndicatorForm",
    "ChangeVersionForm",
    "ComponentForm",
    "LockMonthForm",
    "MonthForm",
    "PopulationForm",
    "ReasonForm",
    "TargetForm",
    "ThresholdForm",
]

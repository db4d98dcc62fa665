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
from .settings import AddAliasForm, AreaForm, ChangeAliasForm, InForceForm, LockMonthForm

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
    "InForceForm",
    "LockMonthForm",
    "PopulationForm",
    "ReasonForm",
    "TargetForm",
    "ThresholdForm",
]

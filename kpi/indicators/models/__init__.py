"""What is measured: indicators and their versions, what they are held against, and when each is in force."""

from kpi.indicators.models.areas import READERS, Area
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
from kpi.indicators.models.indicators import (
    Component,
    ComponentRole,
    ExternalCode,
    Indicator,
    IndicatorStatus,
)
from kpi.indicators.models.months import Month, MonthState, is_first_of_month
from kpi.indicators.models.versions import Basis, Counts, IndicatorVersion, Polarity, Rollup, Unit

__all__ = [
    "READERS",
    "Area",
    "Basis",
    "Benchmark",
    "CaseloadThreshold",
    "Comparability",
    "Comparator",
    "Component",
    "ComponentRole",
    "Counts",
    "Effective",
    "ExternalCode",
    "Indicator",
    "IndicatorStatus",
    "IndicatorVersion",
    "MarginUnit",
    "Month",
    "MonthState",
    "Operator",
    "Polarity",
    "Population",
    "Profile",
    "QualifyingStatus",
    "Rollup",
    "Target",
    "Unit",
    "is_first_of_month",
]

"""The lists of indicators and of what they are held against, what is in force when, and the file of them."""

from .history import history_in_words
from .in_force import BenchmarksInForceTable, TargetsInForceTable, benchmarks_in_force, targets_in_force
from .indicators import AreaTable, IndicatorFilter, IndicatorTable, definition_sheet
from .timelines import (
    AliasTable,
    BenchmarkTable,
    PopulationTable,
    TargetTable,
    ThresholdTable,
    VersionTable,
)

__all__ = [
    "AliasTable",
    "AreaTable",
    "BenchmarkTable",
    "BenchmarksInForceTable",
    "IndicatorFilter",
    "IndicatorTable",
    "PopulationTable",
    "TargetTable",
    "TargetsInForceTable",
    "ThresholdTable",
    "VersionTable",
    "benchmarks_in_force",
    "definition_sheet",
    "history_in_words",
    "targets_in_force",
]

"""The packs there are. One more is a file with a Pack in it and a line here."""

from kpi.packs.dataset import Dataset
from kpi.packs.pack import Pack
from kpi.packs.performance_report import PerformanceReport

PACKS: dict[str, type[Pack]] = {pack.name: pack for pack in (Dataset, PerformanceReport)}

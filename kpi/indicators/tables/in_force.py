"""Targets and benchmarks of all indicators in one month."""

from datetime import date

from django.urls import reverse

from kpi.indicators.models.comparisons import Benchmark, Target
from kpi.indicators.tables.values import target_words, title_with_code, with_unit
from qa_audit.common import tables
from qa_audit.common.components import tag_html


class _InForceTable(tables.ListTable):
    """What holds in one month, indicator by indicator; the rows are plain."""

    name = tables.LinkColumn(
        url=lambda row: reverse("indicators:sheet", args=[row["slug"]]), classes="", verbose_name="Indicator"
    )
    area = tables.ListColumn()

    def __init__(self, rows):
        super().__init__(rows, orderable=False)


class TargetsInForceTable(_InForceTable):
    standing = tables.ListColumn(verbose_name="Status")
    target = tables.ListColumn(default="")
    of_units = tables.NumberColumn(verbose_name="For services and teams", default="")

    caption, noun, plural = "Targets in force", "indicator", "indicators"

    def render_standing(self, value):
        return tag_html("state", value, value)


class BenchmarksInForceTable(_InForceTable):
    benchmarks = tables.ListColumn(default="None")

    caption, noun, plural = "Benchmarks in force", "indicator", "indicators"


HAS_TARGET, TO_BE_CONFIRMED, NO_TARGET = "Has a target", "To be confirmed", "No target"


def _place(indicator) -> dict:
    return {
        "slug": indicator.slug,
        "name": title_with_code(indicator.code, indicator.title),
        "area": indicator.area.title,
    }


def targets_in_force(indicators, month: date) -> list[dict]:
    """Each indicator with the council's own target of the month, and how many services and teams have one."""
    own, others = {}, {}
    for target in Target.objects.in_force(month).filter(indicator__in=indicators.values("pk")):
        if target.service_id or target.team_id:
            others[target.indicator_id] = others.get(target.indicator_id, 0) + 1
        else:
            own[target.indicator_id] = target
    rows = []
    for indicator in indicators:
        target = own.get(indicator.pk)
        word = NO_TARGET
        if target:
            word = TO_BE_CONFIRMED if target.is_to_be_confirmed else HAS_TARGET
        words = target_words(target, indicator.unit) if word == HAS_TARGET else ""
        of_units = others.get(indicator.pk)
        rows.append({**_place(indicator), "standing": word, "target": words, "of_units": of_units})
    return rows


def benchmarks_in_force(indicators, month: date) -> list[dict]:
    """Each indicator with what others reach beside the month, in one text."""
    found: dict[int, list[Benchmark]] = {}
    for one in Benchmark.objects.in_force(month).filter(indicator__in=indicators.values("pk")):
        found.setdefault(one.indicator_id, []).append(one)
    rows = []
    for indicator in indicators:
        others = (f"{one}: {with_unit(one.value, indicator.unit)}" for one in found.get(indicator.pk, ()))
        rows.append({**_place(indicator), "benchmarks": "; ".join(others)})
    return rows

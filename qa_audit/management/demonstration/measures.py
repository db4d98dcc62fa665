"""Measures of the demonstration: published figures of 2019 and 2023; teams and caseloads are invented."""

import csv
from datetime import date

from django.conf import settings

from kpi.commentary import actions as writing
from kpi.commentary.models import Commentary
from kpi.indicators.actions.areas import add_area
from kpi.indicators.actions.comparisons import set_row
from kpi.indicators.actions.indicators import (
    External,
    add_indicator,
    change_indicator,
    link_component,
    make_live,
)
from kpi.indicators.models.areas import Area
from kpi.indicators.models.comparisons import CaseloadThreshold, Population
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.versions import Basis, Rollup, Unit
from kpi.returns.actions import accept_return
from kpi.returns.dry_run import check_return
from kpi.returns.models import Return
from qa_audit.common.months import parse_month
from qa_audit.management.demonstration.content import content
from qa_audit.management.demonstration.council import Council
from qa_audit.people.actions.organisation import add_alias, add_team
from qa_audit.people.models import Team, User

AGE_BAND = "0 to 17"
BEGAN = date(2022, 4, 1)
TABLES_OF = date(2023, 7, 1)
REPORT = "performance_report_2023-06.csv"
FOLDER = settings.BASE_DIR / "fixtures/demo/kpi"
LAST = 999  # in its area: the report does not print it
STOCKS_IN = "Trends of children across the service"


def load_measures(council: Council) -> list[Return]:
    """Bring the returns in as an analyst does, with all they need before and after; give the returns."""
    facts, by = content("kpi/measures"), council.people["analyst"]
    _populations_and_thresholds(facts, by)
    _teams(facts, council, by)
    returns = [_bring_in("dataset_2019-06.csv", by, create_indicators=True)]
    for title in facts["areas"]:
        add_area(title=title, order=Area.objects.count() + 1, by=by)
    _rates_and_their_counts(facts["linked_first"], by)
    _stocks(facts["stocks"], by)
    _indicators_of_teams(facts["of_teams"], by)
    returns.append(_bring_in(REPORT, by, create_indicators=True))
    returns.append(_bring_in("teams_2022-07_to_2023-06.csv", by))
    returns += [
        _bring_in(f"{name}_2023-07.csv", by, month=TABLES_OF) for name in ("team_tables", "caseloads")
    ]
    # July has begun to come in, and two of its figures were corrected since.
    returns.append(_bring_in("first_of_2023-07.csv", by))
    returns.append(_bring_in("corrected_2023-07.csv", by, reason=facts["corrected_because"]))
    for whole, role, parts in facts["links"]:
        for part in parts:
            link_component(indicator=_named(whole), part=_named(part), role=role, by=by)
    _who_answers(facts["services"], council, by)
    for item in facts["commentary"]:
        _commentary(item, council)
    return returns


def _bring_in(file_name: str, by: User, **options) -> Return:
    content = (FOLDER / file_name).read_bytes()
    return accept_return(check=check_return(content, file_name=file_name, **options), by=by)


def _named(code: str) -> Indicator:
    return Indicator.objects.named(code).get()


def _printed_places() -> dict[str, int]:
    """The place of each indicator in the performance report."""
    with (FOLDER / REPORT).open(encoding="utf-8", newline="") as file:
        return {row["indicator"]: place for place, row in enumerate(csv.DictReader(file), 1)}


def _populations_and_thresholds(facts: dict, by: User) -> None:
    for item in facts["populations"]:
        set_row(
            kind=Population,
            age_band=AGE_BAND,
            people=item["people"],
            from_month=parse_month(item["from"]),
            to_month=parse_month(item["to"]),
            mid_year=item["mid_year"],
            by=by,
        )
    for status, children in facts["thresholds"]:
        set_row(kind=CaseloadThreshold, status=status, children=children, from_month=BEGAN, by=by)


def _teams(facts: dict, council: Council, by: User) -> None:
    admin = council.people["admin"]
    for service, name, locality in facts["teams"]:
        if not Team.objects.named(name).exists():
            add_team(service=council.services[service], name=name, locality=locality, by=admin)
    for name, alias in facts["aliases"]:
        if not Team.objects.named(alias).exists():
            add_alias(team=Team.objects.named(name).get(), name=alias, by=by)


def _rates_and_their_counts(pairs: list, by: User) -> None:
    """These are linked before their figures come in, so that the return's check compares them."""
    for count, rate, area_title, order, polarity in pairs:
        area = Area.objects.get(title=area_title)
        facts = {"area": area, "from_month": BEGAN, "basis": "month_end", "is_stock": True, "by": by}
        number = add_indicator(code=count, title=count, unit=Unit.NUMBER, order=order, **facts)
        facts |= {"unit": Unit.RATE, "population": AGE_BAND, "polarity": polarity, "order": order + 1}
        per_child = add_indicator(code=rate, title=rate, **facts)
        for indicator in (number, per_child):
            make_live(indicator=indicator, by=by)
        link_component(indicator=per_child, part=number, role="numerator", by=by)


def _stocks(titles: list[str], by: User) -> None:
    """How many there are at the end of a month, which these titles do not say."""
    area = Area.objects.get(title=STOCKS_IN)
    for order, title in enumerate(titles, 1):
        facts = {"area": area, "from_month": BEGAN, "basis": Basis.MONTH_END, "is_stock": True, "by": by}
        rules = {"unit": Unit.NUMBER, "team_rollup": Rollup.SUM}
        indicator = add_indicator(code=title, title=title, order=order, **rules, **facts)
        make_live(indicator=indicator, by=by)


def _indicators_of_teams(items: list, by: User) -> None:
    """Known to team tables by a code; five of them are measures of the performance report too."""
    for item in items:
        meaning = {name: value for name, value in item.items() if name not in ("team_table", "area")}
        indicator = add_indicator(
            **meaning,
            code=item["title"],
            external_codes=[External("Team table", item["team_table"])],
            area=Area.objects.get(title=item["area"]),
            order=LAST,
            from_month=BEGAN,
            unit=Unit.PERCENTAGE,
            is_stock=item["basis"] == Basis.MONTH_END,
            team_rollup=Rollup.POOLED,
            by=by,
        )
        make_live(indicator=indicator, by=by)


def _who_answers(areas_of: dict, council: Council, by: User) -> None:
    """Each indicator to the services that answer for its area, in its printed place."""
    places = _printed_places()
    for indicator in Indicator.objects.select_related("area"):
        named = [name for name, areas in areas_of.items() if indicator.area.title in areas]
        change_indicator(
            indicator=indicator,
            version=indicator.version,
            area=indicator.area,
            order=places.get(indicator.code, indicator.order),
            external_codes=[External(one.scheme, one.code) for one in indicator.external_codes.all()],
            services=[council.services[name] for name in named],
            by=by,
        )


def _commentary(item: dict, council: Council) -> None:
    """As far as its status says: written by a head, handed in, approved by the analyst."""
    indicator, month = _named(item["code"]), parse_month(item["month"])
    head, analyst = council.people[item["by"]], council.people["analyst"]
    values = {"text": item["text"], "same_as": None}
    written: Commentary = writing.write(subject=indicator, month=month, version=0, values=values, by=head)
    if item["status"] != "draft":
        written = writing.submit(commentary=written, version=None, by=head)
    if item["status"] == "approved":
        writing.approve(commentary=written, version=None, by=analyst)
    if step := item["step"]:
        values = {"text": step["text"], "service": None, "owner_role": step["owner"]}
        values["due_on"] = date.fromisoformat(step["due"])
        writing.add_step(indicator=indicator, month=month, values=values, by=head)

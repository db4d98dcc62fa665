"""The pages of Measures in D, their queries whatever the history, and a long return."""

from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path
from tempfile import TemporaryDirectory

from django.test import Client
from django.urls import reverse

from bench import indicators
from bench.apart import run_apart
from bench.bare import bare_client
from bench.data import Council, settle
from bench.indicators import INDICATORS, NEWEST
from bench.measure import Goal, Job, Row, in_d, interleaved
from bench.pages import client_for, page, queries
from kpi.indicators.models.versions import IndicatorVersion, Unit
from kpi.returns.models import Observation
from qa_audit.common.excel import Column, Properties, Sheet, write_xlsx
from qa_audit.common.months import later
from qa_audit.people.models import Team

PAGES = ("packs:index", "packs:dataset", "packs:performance_report")
# Months before the newest one: nothing stands there, nor within two years of them.
OLDEST_RETURNED, MOST_MONTHS = 15 * 12, 24


def rows(council: Council, rounds: int, months: int, returned: int) -> Iterator[Row]:
    """Fill in the figures, few at first, and measure; nothing of it needs audits."""
    versions = indicators.add_indicators(council)
    indicators.add_few_figures(council, versions)
    settle()
    client = client_for(council.lead)
    few = _queries(client)
    indicators.add_other_figures(council, versions, months)
    settle()
    stored = Observation.objects.count()
    bare = page(bare_client(council.lead), reverse("bench-bare"))
    yield from _pages(client, bare, rounds, stored)
    now = _queries(client)
    # One fewer where every month is the council's own: then no team has to stand in.
    more = [name for name, made in now.items() if made > few[name]]
    said = f": {', '.join(more)}" if more else ""
    pages = f"Pages of Measures, of {len(now)}, that take more queries"
    yield Row(
        f"{pages} at {stored:,} figures than at a few{said}",
        len(more),
        "",
        Goal(at_most=0),
    )
    yield from _return(returned)


def _address(name: str) -> str:
    return f"{reverse(name)}?month={NEWEST:%Y-%m}"


def _indicator(number: int) -> str:
    return f"{reverse('packs:indicator', args=[f'i{number:03}'])}?month={NEWEST:%Y-%m}"


def _queries(client: Client) -> dict[str, int]:
    """Of each kind of page, and of an indicator's page in each unit, the first with a revised figure."""
    addresses = {name: _address(name) for name in PAGES}
    addresses |= {f"indicator {number}": _indicator(number) for number in range(3)}
    return {name: queries(page(client, address)) for name, address in addresses.items()}


def _pages(client: Client, bare: Job, rounds: int, stored: int) -> Iterator[Row]:
    dataset = f"Dataset page, {INDICATORS} x 14, of {stored:,} figures"
    for name, address, at_most, most_queries in (
        (dataset, _address("packs:dataset"), 25, None),
        ("Indicator page, 60 teams", _indicator(0), 12, 18),
    ):
        job = page(client, address)
        took, least = interleaved([job, bare], rounds)
        yield in_d(name, took, least, at_most, queries(job), most_queries)


def _return(returned: int) -> Iterator[Row]:
    """A long return, all of it new, in Excel: its floor is openpyxl reading the same file."""
    with TemporaryDirectory() as folder:
        path = _long_return(Path(folder) / "return.xlsx", returned)
        read, stored = run_apart("import-floor", path), run_apart("return", path)
    name = f"Return of {returned:,} figures, read, checked and stored"
    yield Row(f"{name}: processor", stored["cpu"] / read["cpu"], "x", None, stored["cpu"], read["cpu"])
    yield Row(f"{name}: the most memory that the process holds", stored["most"], "MB")


def _long_return(path: Path, figures: int) -> Path:
    """Teams' figures of months before those that are stored."""
    columns = [*map(Column, ("indicator_code", "team", "month"))]
    columns += [Column(heading, "integer") for heading in ("numerator", "denominator", "value")]
    write_xlsx(path, [Sheet("Figures", columns, _lines(figures))], properties=Properties("A return"))
    return path


def _lines(figures: int) -> Iterator[list]:
    teams = list(Team.objects.order_by("pk").values_list("name", flat=True))
    codes = IndicatorVersion.objects.order_by("pk").values_list("indicator__code", "unit")
    months = [f"{later(NEWEST, step - OLDEST_RETURNED):%Y-%m}" for step in range(MOST_MONTHS)]
    for number, (month, (code, unit), team) in enumerate(islice(product(months, codes, teams), figures)):
        counted = 20 + number * 7 % 40
        amounts = {Unit.PERCENTAGE: [counted, 60 + number % 30, None], Unit.NUMBER: [None, None, counted]}
        yield [code, team, month, *amounts.get(unit, [counted, None, None])]

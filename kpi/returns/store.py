"""Putting what a return says into the database: rows are added; earlier ones stay, no longer in force."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice

from kpi.indicators.actions.areas import add_area
from kpi.indicators.actions.indicators import add_indicator, make_live
from kpi.indicators.models.areas import Area
from kpi.indicators.models.versions import Unit
from kpi.returns.figures import Figure, NewCaseload
from kpi.returns.known import SERVICE_FOR_NEW_TEAMS, Known, Measure
from kpi.returns.lines import Kind
from kpi.returns.models import Caseload, Observation, ObservationState, Precision, Return
from qa_audit.common.rows import insert_like
from qa_audit.people.actions.organisation import add_service, add_team
from qa_audit.people.models import Service, User

BATCH = 500
DIFFERING = (
    *("indicator_id", "indicator_version_id", "service_id", "team_id", "month"),
    *("numerator", "denominator", "value", "state", "precision"),
    *("revision", "replaces_id", "reason", "note", "cell"),
)
MEANING = (
    "title", "unit", "basis", "is_stock", "polarity", "decimal_places", "population", "team_rollup",
    "counts", "outcome", "definition", "owner_role", "reporter_role",
)  # fmt: skip


class StoredMeanwhile(Exception):
    """Somebody else replaced a figure that was about to be replaced."""


def create_measures(known: Known, by: User) -> None:
    """Make live indicators of those that a return brings, each under its area."""
    areas = {area.title.casefold(): area for area in Area.objects.all()}
    for measure in list(known.created()):
        area = areas.get(measure.area.casefold())
        if area is None:
            area = add_area(title=measure.area, order=len(areas) + 1, by=by)
            areas[measure.area.casefold()] = area
        _create(measure, area, by)
        known.by_id[measure.indicator.pk] = measure


def _create(measure: Measure, area: Area, by: User) -> None:
    version = measure.versions[0]
    meaning = {name: getattr(version, name) for name in MEANING}
    made = add_indicator(
        code=measure.code, area=area, from_month=version.from_month, order=measure.order, by=by, **meaning
    )
    measure.indicator = make_live(indicator=made, by=by)
    measure.versions = list(made.versions.all())


def create_teams(known: Known, by: User) -> None:
    """Add the teams that a return brings to the service it names; an administrator moves the rest."""
    for place in list(known.created_places()):
        service = place.within or Service.objects.named(SERVICE_FOR_NEW_TEAMS).first()
        if service is None:
            order = Service.objects.count() + 1
            service = add_service(name=SERVICE_FOR_NEW_TEAMS, order=order, by=by)
        place.team = add_team(service=service, name=place.name, by=by)


def store_figures(figures: Iterable[Figure], source: Return) -> None:
    """Add the new and the revised figures. Raises StoredMeanwhile."""
    for batch in _batches(figure for figure in figures if figure.is_change):
        retire([figure.stored.pk for figure in batch if figure.stored])
        insert_like(Observation(source=source), DIFFERING, [_differing(figure, source) for figure in batch])


def retire(ids: list[int]) -> None:
    """The figures are no longer in force. Raises StoredMeanwhile when one was not."""
    if Observation.objects.current().filter(pk__in=ids).update(is_current=False) != len(ids):
        raise StoredMeanwhile


def _batches(items: Iterable) -> Iterator[list]:
    items = iter(items)
    while batch := list(islice(items, BATCH)):
        yield batch


def _differing(figure: Figure, source: Return) -> tuple:
    """What the figure's row says, in the order of DIFFERING and as the columns hold it."""
    version, stored = figure.version, figure.stored
    is_typed = figure.value is not None and version.unit in (Unit.PERCENTAGE, Unit.RATE)
    service, team = figure.place.key
    return (
        version.indicator_id,
        version.pk,
        service,
        team,
        figure.month.isoformat(),
        *(_plain(amount) for amount in (figure.numerator, figure.denominator, figure.value)),
        str(figure.state),
        (Precision.TYPED if is_typed else Precision.EXACT).value,
        stored.revision + 1 if stored else 1,
        stored.pk if stored else None,
        source.reason if figure.kind == Kind.REVISED else "",
        figure.note,
        figure.cell,
    )


def _plain(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")


STOOD = ("indicator_version_id", "numerator", "denominator", "value", "state", "precision", "note")
PUT_BACK = ("indicator_id", "service_id", "team_id", "month", "replaces_id", "revision", *STOOD)


def put_back_figures(return_: Return, counter: Return) -> int:
    """Put back what was there before a return; give how many figures that is.

    Each becomes a revision that says what was there before; nothing before is “not yet”.
    """
    before = [f"replaces__{name}" for name in STOOD]
    rows = Observation.objects.order_by("pk").values_list(
        *("pk", "revision", "indicator_id", "service_id", "team_id", "month"),
        *("replaces_id", "indicator_version_id", *before),
    )
    # By numbers: for "the next five hundred of this return" PostgreSQL sorts all that are left each time.
    ids = list(return_.observations.order_by("pk").values_list("pk", flat=True))
    like = Observation(source=counter, reason=counter.reason)
    for batch in _batches(ids):
        retire(batch)
        insert_like(like, PUT_BACK, [_put_back(*row) for row in rows.filter(pk__in=batch)])
    return len(ids)


def _put_back(pk, revision, indicator, service, team, month, replaced, version, *before) -> tuple:
    stood = (version, None, None, None, ObservationState.NOT_YET.value, Precision.EXACT.value, "")
    if replaced:
        version, *amounts, state, precision, note = before
        stood = (version, *map(_plain, amounts), state, precision, note)
    return (indicator, service, team, month.isoformat(), pk, revision + 1, *stood)


def store_caseloads(caseloads: list[NewCaseload], gone: list[Caseload], source: Return) -> None:
    """Add new and changed caseloads; those that a team's new list leaves out are no longer in force."""
    changed = [caseload for caseload in caseloads if caseload.kind != Kind.UNCHANGED]
    end_caseloads([*gone, *(one.stored for one in changed if one.stored)], source)
    made = (
        Caseload(
            on=one.on,
            worker_code=one.code,
            status=one.status,
            team=one.place.team,
            children=one.children,
            full_time_equivalent=one.full_time_equivalent,
            source=source,
        )
        for one in changed
    )
    Caseload.objects.bulk_create(made, batch_size=BATCH)


def end_caseloads(rows: list[Caseload], by_return: Return) -> None:
    """The caseloads are no longer in force, because of a return."""
    for batch in _batches(row.pk for row in rows):
        current = Caseload.objects.current().filter(pk__in=batch)
        if current.update(is_current=False, ended_by=by_return) != len(batch):
            raise StoredMeanwhile


def put_back_caseloads(return_: Return, counter: Return) -> int:
    """Put back the caseloads that a return had ended; give how many of its own are taken away."""
    own = list(return_.caseloads.all())
    end_caseloads(own, counter)
    fields = ("on", "worker_code", "status", "team_id", "children", "full_time_equivalent")
    Caseload.objects.bulk_create(
        Caseload(source=counter, **{name: getattr(row, name) for name in fields})
        for row in Caseload.objects.filter(ended_by=return_)
    )
    return len(own)

"""What figures are held against, each from a month on. Of one kind never two are in force at once."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model

from kpi.indicators.actions.indicators import as_added, hold_all
from kpi.indicators.models import (
    Basis,
    Benchmark,
    CaseloadThreshold,
    Comparability,
    Comparator,
    Effective,
    Indicator,
    MarginUnit,
    Operator,
    Population,
    Profile,
    QualifyingStatus,
    Target,
)
from kpi.indicators.permissions import require_analyst
from qa_audit.common.months import later
from qa_audit.common.versions import hold
from qa_audit.history.actions import change, record
from qa_audit.people.models import Service, Team, User


def _told_of(row: Effective) -> Model:
    """In whose history a row stands: its indicator's, or its own."""
    return getattr(row, "indicator", row)


def _hold_place(row: Effective) -> None:
    """Until the transaction ends nobody else puts a row where this one goes."""
    if isinstance(row, Target | Benchmark):
        hold(row.indicator)
    else:
        hold_all()


def _refuse_overlap(row: Effective, other: Effective) -> None:
    raise ValidationError({"from_month": f"{other} is in force {other.stretch()}. Choose months beside it."})


def _set(row: Effective, by: User) -> Effective:
    """Store a new row. One that began before it and has no end yet ends with the month before.

    The same row once more changes nothing. Raises ValidationError where another is in force in its months.
    """
    require_analyst(by)
    row.clean()
    _hold_place(row)
    kind = row._meta.verbose_name
    for other in row.beside().overlapping(row.from_month, row.to_month):
        if row.says_the_same(other):
            return other
        if other.to_month is not None or other.from_month >= row.from_month:
            _refuse_overlap(row, other)
        other, changes = change(other, None, to_month=later(row.from_month, -1))
        record(f"{kind} ended", by=by, obj=_told_of(other), changes={"what": [None, str(other)], **changes})
    row.save()
    record(f"{kind} set", by=by, obj=_told_of(row), changes=as_added(row, row.own_fields()))
    return row


def _change(row: Effective, version: int, by: User, **values) -> Effective:
    """Correct a row, or give it another end. Raises ValidationError where another is in force then."""
    require_analyst(by)
    _hold_place(row)
    row = hold(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.clean()
    for other in row.beside().overlapping(row.from_month, row.to_month).exclude(pk=row.pk):
        _refuse_overlap(row, other)
    row, changes = change(row, version, **values)
    if changes:
        changes = {"what": [None, str(row)], **changes}
        record(f"{row._meta.verbose_name} changed", by=by, obj=_told_of(row), changes=changes)
    return row


@transaction.atomic
def remove(*, row: Effective, by: User) -> None:
    """Take away a target, benchmark, population or threshold set by mistake; history keeps what it said."""
    require_analyst(by)
    _hold_place(row)
    row = hold(row)
    gone = {name: [value, None] for name, (_, value) in as_added(row, row.own_fields()).items()}
    told_of = _told_of(row)
    record(f"{row._meta.verbose_name} removed", by=by, obj=told_of, changes=gone)
    row.delete()


@transaction.atomic
def set_target(
    *,
    indicator: Indicator,
    from_month: date,
    by: User,
    to_month: date | None = None,
    service: Service | None = None,
    team: Team | None = None,
    is_to_be_confirmed: bool = False,
    operator: Operator | str = Operator.AT_LEAST,
    value: Decimal | None = None,
    upper_value: Decimal | None = None,
    profile: Profile | str = Profile.FLAT,
    margin: Decimal | None = None,
    margin_unit: MarginUnit | str = MarginUnit.POINTS,
    reason: str = "",
) -> Target:
    """What the council, a service or a team is to reach from a month on; to be confirmed has no value."""
    target = Target(
        indicator=indicator,
        from_month=from_month,
        to_month=to_month,
        service=service,
        team=team,
        is_to_be_confirmed=is_to_be_confirmed,
        operator=operator,
        value=value,
        upper_value=upper_value,
        profile=profile,
        margin=margin,
        margin_unit=margin_unit,
        reason=reason,
    )
    return _set(target, by)


@transaction.atomic
def change_target(*, target: Target, version: int, by: User, **values) -> Target:
    """Correct a target over the version that the person saw; `values` are fields of Target."""
    return _change(target, version, by, **values)


@transaction.atomic
def set_benchmark(
    *,
    indicator: Indicator,
    comparator: Comparator | str,
    value: Decimal,
    from_month: date,
    by: User,
    to_month: date | None = None,
    basis: Basis | str = Basis.NOT_STATED,
    comparator_name: str = "",
    period: str = "",
    release: str = "",
    comparability: Comparability | str = Comparability.NOT_STATED,
    difference: str = "",
    rank: int | None = None,
    rank_of: int | None = None,
) -> Benchmark:
    """What others reach, shown beside the months from and to; one of each comparator at a time.

    In: the council is the `rank`th of `rank_of`.
    """
    benchmark = Benchmark(
        indicator=indicator,
        comparator=comparator,
        basis=basis,
        value=value,
        from_month=from_month,
        to_month=to_month,
        comparator_name=comparator_name,
        period=period,
        release=release,
        comparability=comparability,
        difference=difference,
        rank=rank,
        rank_of=rank_of,
    )
    return _set(benchmark, by)


@transaction.atomic
def change_benchmark(*, benchmark: Benchmark, version: int, by: User, **values) -> Benchmark:
    """Correct a benchmark over the version that the person saw; `values` are fields of Benchmark."""
    return _change(benchmark, version, by, **values)


@transaction.atomic
def set_population(
    *,
    age_band: str,
    people: int,
    from_month: date,
    by: User,
    to_month: date | None = None,
    mid_year: int | None = None,
    release: str = "",
) -> Population:
    """How many people of an age band rates count with from a month on."""
    population = Population(
        age_band=age_band,
        people=people,
        from_month=from_month,
        to_month=to_month,
        mid_year=mid_year,
        release=release,
    )
    return _set(population, by)


@transaction.atomic
def change_population(*, population: Population, version: int, by: User, **values) -> Population:
    """Correct a population over the version that the person saw; `values` are fields of Population."""
    return _change(population, version, by, **values)


@transaction.atomic
def set_threshold(
    *,
    status: QualifyingStatus | str,
    children: int,
    from_month: date,
    by: User,
    to_month: date | None = None,
) -> CaseloadThreshold:
    """From how many children on a caseload is high for this qualifying status, from a month on."""
    threshold = CaseloadThreshold(status=status, children=children, from_month=from_month, to_month=to_month)
    return _set(threshold, by)


@transaction.atomic
def change_threshold(*, threshold: CaseloadThreshold, version: int, by: User, **values) -> CaseloadThreshold:
    """Correct a threshold over the version that the person saw; `values` are its fields."""
    return _change(threshold, version, by, **values)

"""Indicators and what they mean from a month on. All that is done to one is in its history."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from kpi.indicators.models.areas import Area
from kpi.indicators.models.indicators import (
    Component,
    ComponentRole,
    ExternalCode,
    Indicator,
    IndicatorStatus,
)
from kpi.indicators.models.versions import IndicatorVersion
from kpi.indicators.permissions import require_analyst
from qa_audit.common.months import month_words
from qa_audit.common.names import one_line
from qa_audit.common.versions import hold, require_version
from qa_audit.history.actions import change, difference, record
from qa_audit.people.actions.persons import system_user
from qa_audit.people.models import Service, User

SLUG_LENGTH = 80
# Measures has pages of its own at these addresses: an indicator there would never be reached.
TAKEN_ADDRESSES = {
    *("action-steps", "areas", "caseloads", "commentary", "dataset"),
    *("file", "indicators", "performance-report", "returns"),
}


class External(NamedTuple):
    """A code elsewhere: Team table: repeat_cpp."""

    scheme: str
    code: str

    def __str__(self):
        return f"{self.scheme}: {self.code}"


def hold_all() -> None:
    """Wait for whoever adds what no record stands for yet; the system's own row is there to be held."""
    hold(system_user())


def as_added(added: object, names: Iterable[str]) -> dict:
    """What history keeps of a new record: each field that says something."""
    values = {name: getattr(added, name) for name in names}
    # Not `in`: a target of 0 equals False.
    given = {name: value for name, value in values.items() if value is not False and value not in (None, "")}
    return {name: [None, value] for name, value in given.items()}


@transaction.atomic
def add_indicator(
    *,
    code: str,
    area: Area,
    from_month: date,
    by: User,
    order: int = 0,
    services: Iterable[Service] = (),
    external_codes: Iterable[External] = (),
    **meaning,
) -> Indicator:
    """Add an indicator as a draft, with its first version; `meaning` are fields of IndicatorVersion.

    Raises ValidationError by field: the code is taken, or the meaning does not hold together.
    """
    require_analyst(by)
    hold_all()
    code = one_line(code)
    if other := Indicator.objects.named(code).first():
        which = "" if other.code.lower() == code.lower() else f": {other}"
        raise ValidationError({"code": f"There is already an indicator with the code “{code}”{which}"})
    first = IndicatorVersion(from_month=from_month, **meaning)
    first.clean()
    indicator = Indicator.objects.create(code=code, slug=_free_slug(code), area=area, order=order)
    indicator.services.set(services)
    first.indicator = indicator
    first.save()
    changes = as_added(indicator, ("code", "area", "order")) | as_added(first, IndicatorVersion.MEANING)
    changes |= _set_external_codes(indicator, external_codes) | _named("services", [], services)
    record("indicator added", by=by, obj=indicator, changes=changes)
    return indicator


def _free_slug(code: str) -> str:
    """The code as it is in addresses; two codes that read alike there get a number."""
    slug = start = slugify(code)[:SLUG_LENGTH] or "indicator"
    number = 1
    while slug in TAKEN_ADDRESSES or Indicator.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{start[: SLUG_LENGTH - 6]}-{number}"
    return slug


def _named(name: str, before: Iterable, after: Iterable) -> dict:
    """A change of several related records, by their names."""
    return difference({name: sorted(map(str, before))}, {name: sorted(map(str, after))})


def _set_external_codes(indicator: Indicator, wanted: Iterable[External]) -> dict:
    before = list(indicator.external_codes.all())
    after = [ExternalCode(indicator=indicator, scheme=scheme, code=one_line(code)) for scheme, code in wanted]
    changes = _named("external_codes", before, after)
    if changes:
        _require_free_codes(indicator, {one.code for one in after} - {one.code for one in before})
        indicator.external_codes.all().delete()
        ExternalCode.objects.bulk_create(after)
    return changes


def _require_free_codes(indicator: Indicator, codes: Iterable[str]) -> None:
    """A code leads to one indicator, whether it is its own or one elsewhere."""
    for code in sorted(codes):
        if other := Indicator.objects.named(code).exclude(pk=indicator.pk).first():
            raise ValidationError({"external_codes": f"“{code}” already leads to another indicator: {other}"})


@transaction.atomic
def change_indicator(
    *,
    indicator: Indicator,
    version: int,
    area: Area,
    order: int,
    by: User,
    services: Iterable[Service] = (),
    external_codes: Iterable[External] = (),
) -> Indicator:
    """Change where it stands, who answers for it and its codes elsewhere. Its own code never changes.

    Raises ValidationError where a code leads to another indicator already.
    """
    require_analyst(by)
    hold_all()  # of two people who give one code to two indicators one comes first
    indicator, changes = change(indicator, version, area=area, order=order)
    changes |= _named("services", indicator.services.all(), services)
    indicator.services.set(services)
    changes |= _set_external_codes(indicator, external_codes)
    if changes:
        record("indicator changed", by=by, obj=indicator, changes=changes)
    return indicator


@transaction.atomic
def add_version(
    *, indicator: Indicator, from_month: date, reason: str, by: User, **meaning
) -> IndicatorVersion:
    """Say what it means from a month on; the version before holds until then. Wants a reason."""
    require_analyst(by)
    indicator = hold(indicator)
    _require_free_month(indicator, from_month)
    if not reason:
        raise ValidationError({"reason": "Say why the definition changes"})
    added = IndicatorVersion(indicator=indicator, from_month=from_month, reason=reason, **meaning)
    added.clean()
    added.save()
    changes = as_added(added, IndicatorVersion.MEANING)
    record("version added", by=by, obj=indicator, changes=changes, reason=reason)
    return added


def _require_free_month(indicator: Indicator, month: date, but: IndicatorVersion | None = None) -> None:
    if indicator.versions.filter(from_month=month).exclude(pk=getattr(but, "pk", None)).exists():
        raise ValidationError({"from_month": f"There is already a version from {month_words(month)}"})


def _require_unused(version: IndicatorVersion) -> None:
    if version.is_in_use():
        raise ValidationError(
            "Figures are stored under this version, so it cannot be changed. "
            "Add a new version that starts in another month."
        )


@transaction.atomic
def change_version(
    *, indicator_version: IndicatorVersion, version: int, by: User, **meaning
) -> IndicatorVersion:
    """Correct a version on which no figure stands yet, over the one that the person saw.

    Where figures stand, what was not stated may still be said (`STATED_LATER`); nothing else changes.
    """
    require_analyst(by)
    indicator = hold(indicator_version.indicator)
    current = hold(indicator_version)
    changed = [name for name, value in meaning.items() if getattr(current, name) != value]
    if not all(name in current.STATED_LATER and not current.is_stated(name) for name in changed):
        _require_unused(current)
    if "from_month" in meaning:
        _require_free_month(indicator, meaning["from_month"], but=current)
    require_version(current, version)
    for name, value in meaning.items():
        setattr(current, name, value)
    current.clean()
    current, changes = change(current, version, **meaning)
    if changes:
        record("version changed", by=by, obj=indicator, changes=changes)
    return current


@transaction.atomic
def remove_version(*, indicator_version: IndicatorVersion, by: User) -> Indicator:
    """Take away a version on which no figure stands; an indicator keeps at least one."""
    require_analyst(by)
    indicator = hold(indicator_version.indicator)
    current = hold(indicator_version)
    _require_unused(current)
    if indicator.versions.count() == 1:
        raise ValidationError("This is the only version: change it, or retire the indicator.")
    month = current.from_month
    current.delete()
    record("version removed", by=by, obj=indicator, changes={"from_month": [month, None]})
    return indicator


@transaction.atomic
def make_live(*, indicator: Indicator, by: User) -> Indicator:
    """Let it take figures and be seen by all who meet measures; also one that was retired.

    Raises ValidationError for one that was merged: it is the other one now.
    """
    require_analyst(by)
    indicator = hold(indicator)
    if indicator.merged_into:
        raise ValidationError(f"{indicator} was merged into {indicator.merged_into}.")
    return _set_status(indicator, IndicatorStatus.LIVE, "made live", by)


@transaction.atomic
def retire(*, indicator: Indicator, reason: str, by: User) -> Indicator:
    """From now on it takes no figures; what came in stays readable."""
    require_analyst(by)
    return _set_status(indicator, IndicatorStatus.RETIRED, "retired", by, reason)


def _set_status(
    indicator: Indicator, status: IndicatorStatus, action: str, by: User, reason: str = ""
) -> Indicator:
    indicator, changes = change(indicator, None, status=status)
    if changes:
        record(action, by=by, obj=indicator, changes=changes, reason=reason)
    return indicator


@transaction.atomic
def link_component(*, indicator: Indicator, part: Indicator, role: ComponentRole, by: User) -> Component:
    """Say that `part` is the numerator, the denominator or a part of the indicator.

    Raises ValidationError when they are linked so already, or when the part is itself made of the indicator.
    """
    require_analyst(by)
    hold_all()  # a circle may run over many indicators
    if part == indicator:
        raise ValidationError({"part": "Choose another indicator: an indicator cannot be a part of itself"})
    if indicator.components.filter(part=part, role=role).exists():
        raise ValidationError({"part": f"{part} is already linked in this way"})
    if indicator.pk in parts_below(part):
        raise ValidationError({"part": f"{part} is itself made of {indicator}"})
    component = Component.objects.create(indicator=indicator, part=part, role=role)
    changes = {component.get_role_display(): [None, str(part)]}
    record("component linked", by=by, obj=indicator, changes=changes)
    return component


def parts_below(indicator: Indicator) -> set[int]:
    """The indicators of which it is made, and those of which these are made."""
    found: set[int] = set()
    below = {indicator.pk}
    while below:
        parts = Component.objects.filter(indicator__in=below).values_list("part", flat=True)
        below = set(parts) - found
        found |= below
    return found


@transaction.atomic
def unlink_component(*, component: Component, by: User) -> Indicator:
    """Take the link away; figures of both stay."""
    require_analyst(by)
    indicator = component.indicator
    changes = {component.get_role_display(): [str(component.part), None]}
    component.delete()
    record("component unlinked", by=by, obj=indicator, changes=changes)
    return indicator

"""Only what a person said stays said: "same definition" was the model's default, "in the month" a guess.

History tells who set what. What came with a return, or through the system itself, was never chosen.
"""

from django.db import migrations

COMPARATORS = {
    "own": "Own year before",
    "stat_neighbours": "Statistical neighbours",
    "region": "Region",
    "england": "England",
}
KEY = ("comparator", "comparator_name", "period", "from_month")


def leave_open_what_nobody_said(apps, schema_editor):
    benchmarks = apps.get_model("kpi", "Benchmark").objects
    versions = apps.get_model("kpi", "IndicatorVersion").objects
    is_own_act = _tells_own_acts(apps)
    claimed, set_by_people = _benchmarks_of_people(apps, is_own_act)
    benchmarks.filter(comparability="same").exclude(pk__in=claimed).update(comparability="not_stated")
    guessed = versions.filter(basis="in_month", pk__in=_versions_of_returns(apps, is_own_act))
    indicators = list(guessed.values_list("indicator", flat=True))
    guessed.update(basis="not_stated")
    copied = benchmarks.filter(basis="in_month", indicator__in=indicators).exclude(pk__in=set_by_people)
    copied.update(basis="not_stated")


def claim_again(apps, schema_editor):
    """What the fields said by default before: there was no other word."""
    benchmarks = apps.get_model("kpi", "Benchmark").objects
    benchmarks.filter(comparability="not_stated").update(comparability="same")
    for model in ("Benchmark", "IndicatorVersion"):
        apps.get_model("kpi", model).objects.filter(basis="not_stated").update(basis="in_month")


def _tells_own_acts(apps):
    """Whether an event was a person's own act: not the system's, and not within one of their returns.

    A return's time is taken before it stores anything; what it records last is that it was accepted.
    """
    events = apps.get_model("qa_audit", "Event").objects
    system = set(
        apps.get_model("qa_audit", "User").objects.filter(is_system=True).values_list("pk", flat=True)
    )
    accepted = events.filter(action="return accepted").values_list("object_id", "at")
    ends = dict(accepted)
    stretches = {}
    returns = apps.get_model("kpi", "Return").objects.filter(pk__in=ends)
    for pk, by, begun in returns.values_list("pk", "by_id", "accepted_at"):
        stretches.setdefault(by, []).append((begun, ends[pk]))

    def is_own_act(event):
        if event.actor_id is None or event.actor_id in system:
            return False
        return not any(first <= event.at <= last for first, last in stretches.get(event.actor_id, ()))

    return is_own_act


def _benchmarks_of_people(apps, is_own_act):
    """The benchmarks that a person called "same definition", and those that a person set."""
    events = apps.get_model("qa_audit", "Event").objects.filter(
        object_type="indicator", action__in=["benchmark set", "benchmark changed", "benchmark removed"]
    )
    told = {}
    for event in events.order_by("sequence"):
        _follow(told.setdefault(event.object_id, []), event, is_own_act(event))
    claimed, own = set(), set()
    for one in apps.get_model("kpi", "Benchmark").objects.all():
        key = tuple(str(getattr(one, name)) for name in KEY)
        for row in told.get(one.indicator_id, ()):
            if _key(row) == key:
                own |= {one.pk} if row["is_own"] else set()
                claimed |= {one.pk} if row["is_claimed"] else set()
    return claimed, own


def _follow(rows, event, is_own):
    """Bring an indicator's benchmarks to where they stood after the event."""
    changes = dict(event.changes)
    what = (changes.pop("what", None) or [None, ""])[1]
    if event.action == "benchmark set":
        row = {name: after for name, (_, after) in changes.items()}
        rows.append(row | {"is_own": is_own, "is_claimed": is_own and row.get("comparability") == "same"})
    elif event.action == "benchmark removed":
        gone = _key({name: before for name, (before, _) in changes.items()})
        rows[:] = [row for row in rows if _key(row) != gone]
    else:
        after = {name: new for name, (_, new) in changes.items()}
        before = {name: old for name, (old, _) in changes.items()}
        for row in rows:
            was_so = all((row.get(name) or "") == (old or "") for name, old in before.items())
            if was_so and _named(row | after) == what:
                row |= after
                if "comparability" in after:
                    row["is_claimed"] = is_own and after["comparability"] == "same"
                return


def _key(row):
    return tuple(str(row.get(name) or "") for name in KEY)


def _named(row):
    """As the benchmark named itself in history."""
    name = row.get("comparator_name") or COMPARATORS.get(row.get("comparator"), "")
    return f"{name} {row.get('period') or ''}".strip()


def _versions_of_returns(apps, is_own_act):
    """The first versions of indicators that came with a return, as far as no person gave their basis."""
    events = apps.get_model("qa_audit", "Event").objects.filter(
        object_type="indicator", action__in=["indicator added", "version changed"]
    )
    began, said = {}, set()
    for event in events.order_by("sequence"):
        if event.action == "indicator added" and not is_own_act(event):
            began[event.object_id] = event.changes.get("from_month", [None, None])[1]
        elif "basis" in event.changes and is_own_act(event):
            said.add(event.object_id)
    versions = apps.get_model("kpi", "IndicatorVersion").objects.filter(indicator__in=set(began) - said)
    return [one.pk for one in versions if str(one.from_month) == began[one.indicator_id]]


class Migration(migrations.Migration):
    dependencies = [("kpi", "0008_what_is_not_stated")]

    operations = [migrations.RunPython(leave_open_what_nobody_said, claim_again)]

"""The bounds of a council's measures: where a rating turns, what a year holds, what a closed month takes."""

from tests.faults.fault import Fault

TARGETS = "kpi/measures/targets.py"
VALUES = "kpi/measures/values.py"
CHECKS = "kpi/returns/checks.py"
TURNS = "tests/kpi/measures/test_values.py::test_rating_turns_at_the_target_and_at_the_margin"
NEARER = "tests/kpi/measures/test_boundaries.py::test_margin_in_percent_is_of_the_nearer_end_of_a_range"
APRIL = "tests/kpi/measures/test_values.py::test_year_to_date_begins_in_april_and_needs_every_month"
FALLS = "tests/kpi/returns/test_checks.py::test_year_to_date_never_falls_before_april"
CARRIED = (
    "tests/kpi/commentary/test_commentary.py::test_last_months_open_steps_stand_beside_this_months_figure"
)
ACCEPTING = "tests/kpi/returns/test_accepting.py"
LAYOUTS = "tests/kpi/returns/test_layouts.py"

OF_MEASURES = [
    Fault(
        "what reaches its target exactly is not green",
        TARGETS,
        "    if beyond >= 0:\n",
        "    if beyond > 0:\n",
        TURNS,
    ),
    Fault(
        "what misses by exactly the margin is red",
        TARGETS,
        "Rating.AMBER if -beyond <= _margin",
        "Rating.AMBER if -beyond < _margin",
        TURNS,
    ),
    Fault(
        "the usual margin of a rate is in points",
        TARGETS,
        "MarginUnit.PERCENT if unit == Unit.RATE else MarginUnit.POINTS",
        "MarginUnit.POINTS",
        TURNS,
    ),
    Fault(
        "above a range its lower end makes the margin",
        TARGETS,
        "abs(goal.upper_value if is_above else goal.value)",
        "abs(goal.value)",
        NEARER,
    ),
    Fault(
        "the year to date begins in March",
        VALUES,
        "FIRST_MONTH = 4",
        "FIRST_MONTH = 3",
        APRIL,
    ),
    Fault(
        "a sum passes over the month that is missing",
        VALUES,
        "None if len(last) < months or None in last else sum(last, Decimal(0))",
        "sum((value for value in last if value is not None), Decimal(0))",
        APRIL,
    ),
    Fault(
        "a year to date may fall",
        CHECKS,
        "if first and second and counts[second[0]] < counts[first[0]]:",
        "if False:",
        FALLS,
    ),
    Fault(
        "a year to date that stays as it was is held to fall",
        CHECKS,
        "counts[second[0]] < counts[first[0]]",
        "counts[second[0]] <= counts[first[0]]",
        "tests/kpi/returns/test_true_dry_runs.py::test_equal_year_to_date_figure_passes",
    ),
    Fault(
        "a step that has ended is carried on",
        "kpi/commentary/models.py",
        "Q(action__closed_on=None) | Q(action__closed_on__gte=month), month__lt=month",
        "month__lt=month",
        CARRIED,
    ),
    Fault(
        "a step that ended on the first is not carried to its month",
        "kpi/commentary/models.py",
        "Q(action__closed_on__gte=month)",
        "Q(action__closed_on__gt=month)",
        CARRIED,
    ),
    Fault(
        "a step is carried to the month that it answers",
        "kpi/packs/indicator/beside.py",
        "if step.month < self.month]",
        "if step.month <= self.month]",
        CARRIED,
    ),
    Fault(
        "a revision needs no reason",
        "kpi/returns/dry_run.py",
        "return not self.reason and self.counts()[Kind.REVISED] > 0",
        "return False",
        f"{ACCEPTING}::test_revision_without_a_reason_is_refused",
    ),
    Fault(
        "a figure is revised unseen",
        "kpi/returns/actions.py",
        "    if not again.revisions() <= check.revisions():\n",
        "    if False:\n",
        f"{ACCEPTING}::test_figure_that_somebody_stored_meanwhile_is_not_revised_unseen",
    ),
    Fault(
        "the figure that was awaited counts as a revision",
        "kpi/returns/figures.py",
        "elif figure.stored.state == ObservationState.NOT_YET:",
        "elif False:",
        f"{ACCEPTING}::test_awaited_figure_needs_no_reason",
    ),
    Fault(
        "a locked month takes figures",
        CHECKS,
        "if closed := around.known.refuses(figure.month):",
        "if closed := None:",
        f"{ACCEPTING}::test_month_locked_meanwhile_refuses_the_return",
    ),
    Fault(
        "a locked month takes caseloads",
        "kpi/returns/dry_run.py",
        "for caseload, words in in_closed_months(check.found.caseloads, check.gone, check.known):",
        "for caseload, words in ():",
        f"{LAYOUTS}::test_locked_month_takes_no_new_and_no_other_caseloads",
    ),
    Fault(
        "figures leave a locked month",
        "kpi/returns/actions.py",
        'in_its_months = Q(first__in=return_.observations.values("month")) | Q(first__in=days)',
        "in_its_months = Q(first__in=days)",
        f"{ACCEPTING}::test_return_is_not_reversed_without_a_reason_or_into_a_closed_month",
    ),
    Fault(
        "caseloads leave a locked month",
        "kpi/returns/actions.py",
        'in_its_months = Q(first__in=return_.observations.values("month")) | Q(first__in=days)',
        'in_its_months = Q(first__in=return_.observations.values("month"))',
        f"{LAYOUTS}::test_caseloads_of_a_locked_month_are_not_taken_back",
    ),
    Fault(
        "a published month is opened again",
        "kpi/indicators/actions/months.py",
        "    if month.state == MonthState.PUBLISHED:\n",
        "    if False:\n",
        "tests/kpi/indicators/test_actions.py::test_published_month_is_not_opened_again",
    ),
]

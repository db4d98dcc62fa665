"""Measuring a job beside its floor, and what the figures mean against the goals."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter

Job = Callable[[], object]

# D is Django's bare signed-in page, measured in the same run (bench/bare.py).
UNITS = {
    "D": "{:,.1f} D",
    "kB": "{:,.0f} kB",
    "x": "{:,.2f} x",
    "s": "{:,.2f} s",
    "ms": "{:,.1f} ms",
    "MB": "{:,.0f} MB",
    "": "{:,.0f}",
}


@dataclass(frozen=True)
class Goal:
    """What a figure must not pass, or must reach."""

    at_most: float | None = None
    at_least: float | None = None

    def is_met(self, figure: float) -> bool:
        if self.at_most is not None and figure > self.at_most:
            return False
        return self.at_least is None or figure >= self.at_least

    def said(self, unit: str) -> str:
        """≤ 1.7 x"""
        bounds = [("≤", self.at_most), ("≥", self.at_least)]
        return ", ".join(
            f"{sign} {bound:g}{unit and f' {unit}'}" for sign, bound in bounds if bound is not None
        )


@dataclass(frozen=True)
class Row:
    """One job: its figure in the goal's unit, and what it was made of. No goal: told, not judged."""

    job: str
    figure: float
    unit: str = "x"
    goal: Goal | None = None
    took: float | None = None  # seconds
    floor: float | None = None  # seconds
    queries: int | None = None
    most_queries: int | None = None  # the goal beside the figure's

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        is_met = self.goal.is_met(self.figure)
        if self.most_queries is not None:
            is_met = is_met and self.queries <= self.most_queries
        return "met" if is_met else "MISSED"

    @property
    def figure_said(self) -> str:
        return UNITS[self.unit].format(self.figure)

    @property
    def said(self) -> str:
        """List of 25 audits: 3.00 x, goal ≤ 2.5 x"""
        goal = f", goal {self.goal.said(self.unit)}" if self.goal else ""
        return f"{self.job}: {self.figure_said}{goal}{self._queries_said}"

    @property
    def _queries_said(self) -> str:
        if self.most_queries is None:
            return ""
        return f"; {self.queries} queries, goal ≤ {self.most_queries}"

    @property
    def cells(self) -> list[str]:
        return [
            self.job,
            _milliseconds(self.took),
            _milliseconds(self.floor),
            self.figure_said,
            self.goal.said(self.unit) if self.goal else "",
            _count(self.queries, self.most_queries),
            self.verdict,
        ]

    def as_json(self) -> dict:
        return {**asdict(self), "verdict": self.verdict}


HEADINGS = ["Job", "Median", "D, floor or peer", "Figure", "Goal", "Queries", "Verdict"]


def _milliseconds(seconds: float | None) -> str:
    return "" if seconds is None else UNITS["ms"].format(1000 * seconds)


def _count(queries: int | None, most: int | None) -> str:
    """9, or 9 (≤ 12) where there is a goal."""
    bound = "" if most is None else f" (≤ {most})"
    return "" if queries is None else f"{queries}{bound}"


def interleaved(jobs: Sequence[Job], rounds: int) -> list[float]:
    """The median seconds of each job. They take turns: a busy moment of the machine meets them all."""
    for job in jobs:
        job()
    taken: list[list[float]] = [[] for _ in jobs]
    for turn in range(rounds):
        # Whoever goes first pays for what the others left behind: each has its turn at that.
        for place in [*range(turn % len(jobs), len(jobs)), *range(turn % len(jobs))]:
            began = perf_counter()
            jobs[place]()
            taken[place].append(perf_counter() - began)
    return [median(some) for some in taken]


def slower(job: str, took: float, floor: float, at_most: float, queries: int | None = None) -> Row:
    """A job that may take so many times as long as its floor."""
    return Row(job, took / floor, "x", Goal(at_most=at_most), took, floor, queries)


def in_d(
    job: str, took: float, bare: float, at_most: float, queries: int, most_queries: int | None = None
) -> Row:
    """A page that may take so many times as long as Django's bare one."""
    return Row(job, took / bare, "D", Goal(at_most=at_most), took, bare, queries, most_queries)


def faster(job: str, took: float, peer: float, at_least: float | None) -> Row:
    """A job that must be so many times as fast as its peer; None: told, not judged."""
    goal = Goal(at_least=at_least) if at_least else None
    return Row(job, peer / took, "x", goal, took, peer)


def table(rows: Sequence[Row]) -> str:
    """The rows as a table that reads well on a screen and in Markdown."""
    lines = [HEADINGS, *(row.cells for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEADINGS))]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in [lines[0], rule, *lines[1:]]
    )


def missed(rows: Sequence[Row]) -> list[str]:
    """Each goal that was missed, with its figure."""
    return [row.said for row in rows if row.verdict == "MISSED"]

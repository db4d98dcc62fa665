"""One figure as a page knows it, and what it is worth."""

from dataclasses import dataclass
from decimal import Decimal

from kpi.measures.values import FACTORS, Ratio, worked_out
from kpi.returns.models import ObservationState, Precision

COLUMNS = (
    "indicator_id",
    "month",
    "state",
    "numerator",
    "denominator",
    "value",
    "precision",
    "revision",
    "note",
    "pk",
)


@dataclass(slots=True)
class MonthFigure:
    """One month's figure of the council. `value` is unrounded, and None where there is no figure.

    The denominator of a rate is its population. `is_from_parts`: the fraction belongs to the indicators that
    this one is made of. `is_from_teams`: it is the council's teams together, not the council's own.
    """

    state: str = ObservationState.VALUE
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    precision: str = Precision.EXACT
    revision: int = 1
    note: str = ""
    observation: int | None = None
    is_from_parts: bool = False
    is_from_teams: bool = False

    @property
    def amount(self) -> Decimal | None:
        """What was counted, for an indicator that this one is a part of."""
        return self.numerator if self.value is None else self.value

    @property
    def ratio(self) -> Ratio | None:
        if self.numerator is None or self.denominator is None:
            return None
        return Ratio(self.numerator, self.denominator)

    @property
    def is_revised(self) -> bool:
        return self.revision > 1


NO_FIGURE = MonthFigure(state="")


def value_of(figure: MonthFigure, unit: str) -> Decimal | None:
    """The value of a figure: its own, or else its fraction, or else what was counted."""
    if figure.value is not None:
        return figure.value
    ratio = figure.ratio
    if ratio or unit in FACTORS:
        return worked_out(ratio, unit)
    return figure.numerator

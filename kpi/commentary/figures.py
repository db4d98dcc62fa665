"""What commentary shows of the figures it is about. Packs are above it, and say here how they read."""

from collections.abc import Callable, Collection
from datetime import date

from kpi.indicators.models.indicators import Indicator
from qa_audit.people.models import User

# In: who reads, the month, indicators. Out: the title and figure in words of each that has a figure.
Reader = Callable[[User, date, Collection[Indicator]], list[tuple[str, str]]]
_readers: list[Reader] = []


def read_with(reader: Reader) -> None:
    """Have figures read so."""
    _readers.append(reader)


def figures_in_words(user: User, month: date, indicators: Collection[Indicator]) -> list[tuple[str, str]]:
    """The title and the month's figure of each indicator that has one and that the person may see."""
    return [figure for reader in _readers for figure in reader(user, month, indicators)]

"""Changes of indicators and of what they are held against; each checks that an analyst makes it."""

from .comparisons import change_row, remove_row, set_row
from .indicators import (
    add_area,
    add_indicator,
    add_version,
    change_area,
    change_indicator,
    change_version,
    link_component,
    make_live,
    remove_version,
    retire,
    unlink_component,
)
from .months import lock_month, unlock_month

__all__ = [
    "add_area",
    "add_indicator",
    "add_version",
    "change_area",
    "change_indicator",
    "change_row",
    "change_version",
    "link_component",
    "lock_month",
    "make_live",
    "remove_row",
    "remove_version",
    "retire",
    "set_row",
    "unlink_component",
    "unlock_month",
]

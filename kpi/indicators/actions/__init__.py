"""Changes of indicators and of what they are held against; each checks that an analyst makes it."""

from .comparisons import (
    change_benchmark,
    change_population,
    change_target,
    change_threshold,
    remove,
    set_benchmark,
    set_population,
    set_target,
    set_threshold,
)
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
    "change_benchmark",
    "change_indicator",
    "change_population",
    "change_target",
    "change_threshold",
    "change_version",
    "link_component",
    "lock_month",
    "make_live",
    "remove",
    "remove_version",
    "retire",
    "set_benchmark",
    "set_population",
    "set_target",
    "set_threshold",
    "unlink_component",
    "unlock_month",
]

"""Changes of accounts, roles, services and teams; each checks that an administrator makes it."""

from .deputies import end_deputy, name_deputy
from .organisation import (
    add_alias,
    add_service,
    add_team,
    change_alias,
    change_service,
    change_team,
    end_service,
    remove_alias,
)
from .persons import (
    ACCOUNT_ENDED,
    add_person,
    change_person,
    clear_second_factor,
    end_person,
    give_role,
    make_password_link,
    return_person,
    system_user,
    take_role,
)

__all__ = [
    "ACCOUNT_ENDED",
    "add_alias",
    "add_person",
    "add_service",
    "add_team",
    "change_alias",
    "change_person",
    "change_service",
    "change_team",
    "clear_second_factor",
    "end_deputy",
    "end_person",
    "end_service",
    "give_role",
    "make_password_link",
    "name_deputy",
    "remove_alias",
    "return_person",
    "system_user",
    "take_role",
]

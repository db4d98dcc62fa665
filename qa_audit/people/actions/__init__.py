"""Changes of accounts, roles, services and teams; each checks that an administrator makes it."""

from .organisation import add_service, add_team, change_service, change_team, end_service
from .persons import (
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
    "add_person",
    "add_service",
    "add_team",
    "change_person",
    "change_service",
    "change_team",
    "clear_second_factor",
    "end_person",
    "end_service",
    "give_role",
    "make_password_link",
    "return_person",
    "system_user",
    "take_role",
]

"""The pages of accounts and of the organisation."""

from .organisation import (
    add_service,
    add_team,
    change_service,
    change_team,
    end_service,
    service,
    services,
    settings_in_force,
)
from .persons import (
    account,
    add,
    change,
    clear_second_factor,
    detail,
    end,
    give_role,
    password_link,
    person_list,
    return_,
    stay,
    take_role,
)

__all__ = [
    "account",
    "add",
    "add_service",
    "add_team",
    "change",
    "change_service",
    "change_team",
    "clear_second_factor",
    "detail",
    "end",
    "end_service",
    "give_role",
    "password_link",
    "person_list",
    "return_",
    "service",
    "services",
    "settings_in_force",
    "stay",
    "take_role",
]

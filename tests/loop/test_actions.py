"""An action has one owner, says how it closed, and keeps its history."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from qa_audit.history.actions import record
from qa_audit.loop.models import Action, ActionState, Closing
from tests.factories import UserFactory
from tests.factories.kpi import ActionStepFactory
from tests.factories.loop import ActionFactory

BY_NOBODY = {"owner": None, "owner_role": "", "owner_organisation": ""}
CLOSED = {"state": ActionState.CLOSED, "closed_as": Closing.DONE, "closed_on": date(2026, 5, 12)}


def refused(rule: str, **fields) -> bool:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        ActionFactory(**fields)
    return True


def owners():
    return {"owner": UserFactory(name="Ada"), "owner_role": "Team manager", "owner_organisation": "School"}


@pytest.mark.parametrize(("name", "words"), [("owner", "Ada"), ("owner_role", "Team manager")])
def test_action_is_owned_by_a_person_or_a_role(db, name, words):
    action = ActionFactory(**BY_NOBODY | {name: owners()[name]})
    assert action.owner_words == words


def test_action_is_owned_by_another_organisation(db):
    assert ActionFactory(**BY_NOBODY | {"owner_organisation": "School"}).owner_words == "School"


@pytest.mark.parametrize(
    "names",
    [
        (),
        ("owner", "owner_role"),
        ("owner", "owner_organisation"),
        ("owner_role", "owner_organisation"),
        ("owner", "owner_role", "owner_organisation"),
    ],
)
def test_action_has_exactly_one_owner(db, names):
    several = {name: value for name, value in owners().items() if name in names}
    assert refused("action_has_one_owner", **BY_NOBODY | several)


@pytest.mark.parametrize("missing", [{"closed_as": ""}, {"closed_on": None}, {"state": ActionState.OPEN}])
def test_closed_action_says_how_and_when_and_no_open_one_does(db, missing):
    ActionFactory(**CLOSED)
    assert refused("closed_action_says_how_and_when", **CLOSED | missing)


def test_open_actions_are_those_that_did_not_close(db):
    left = ActionFactory()
    ActionFactory(**CLOSED)
    assert list(Action.objects.open()) == [left]


def test_what_was_recorded_of_it_as_an_action_step_is_its_history(db):
    action, other = ActionFactory(), ActionFactory()
    record("action step added", by=action.written_by, obj=ActionStepFactory(pk=action.pk, action=action))
    record("action step changed", by=action.written_by, obj=action)
    assert [one.action for one in action.events] == ["action step changed", "action step added"]
    assert not other.events.exists()

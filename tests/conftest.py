"""The cast, the clock, and the browser that every test can ask for."""

import gc
import time
from dataclasses import dataclass, fields

import pytest
import time_machine
from django.db import connection
from django.test import Client, TransactionTestCase

from qa_audit.history import triggers
from qa_audit.people.models import Role, RoleGrant, Service, Team, User
from tests.factories import ServiceFactory, TeamFactory, UserFactory

# A Tuesday morning in London; the clock goes on ticking from there.
NOW = "2026-05-12T10:00:00+01:00"
# At Python's own pace, looking for garbage among what stays anyway takes a sixth of the suite's time.
gc.set_threshold(50_000, 10, 10)


def pytest_collection_finish():
    """What is loaded by now is never garbage."""
    gc.freeze()


@pytest.fixture(autouse=True)
def frozen_clock():
    with time_machine.travel(NOW, tick=True) as clock:
        yield clock


_empty_the_tables = TransactionTestCase._fixture_teardown


def _empty_the_tables_with_history(self):
    """History refuses to be deleted; only here, between tests, is it emptied."""
    triggers.drop(connection)
    try:
        _empty_the_tables(self)
    finally:
        triggers.make(connection)


TransactionTestCase._fixture_teardown = _empty_the_tables_with_history


@dataclass
class Cast:
    """One person for each role, all in one service, and an outsider who heads and manages in another."""

    service: Service
    team: Team
    other_team: Team
    elsewhere: Service
    team_elsewhere: Team
    auditor: User
    second_auditor: User
    manager: User
    head: User
    qa_lead: User
    leader: User
    analyst: User
    administrator: User
    outsider: User
    nobody: User


# The names of the people among the cast's fields.
EVERYBODY = [field.name for field in fields(Cast) if field.type is User]


def make_cast() -> Cast:
    """The people in as few queries as can be: nearly every test begins with them."""
    service = ServiceFactory(name="Social Work with Families")
    elsewhere = ServiceFactory(name="Fostering")
    team = TeamFactory(service=service, name="SWF Harbour 1")
    other_team = TeamFactory(service=service, name="SWF Harbour 2")
    team_elsewhere = TeamFactory(service=elsewhere, name="Fostering Supervision A")
    # In the order of the cast's fields.
    grants = {
        "Ada Auditor": [(Role.AUDITOR, {})],
        "Sol Second": [(Role.AUDITOR, {})],
        "Mo Manager": [(Role.MANAGER, {"team": team})],
        "Hana Head": [(Role.HEAD, {"service": service})],
        "Quinn Lead": [(Role.QA_LEAD, {})],
        "Lee Leader": [(Role.LEADER, {})],
        "Ana Analyst": [(Role.ANALYST, {})],
        "Adi Admin": [(Role.ADMINISTRATOR, {})],
        "Omar Outside": [(Role.HEAD, {"service": elsewhere}), (Role.MANAGER, {"team": team_elsewhere})],
        "Noor Norole": [],
    }
    people = User.objects.bulk_create(
        UserFactory.build(name=name, email=f"{name.lower().replace(' ', '.')}@council.example")
        for name in grants
    )
    RoleGrant.objects.bulk_create(
        RoleGrant(user=person, role=role, **limit) for person in people for role, limit in grants[person.name]
    )
    return Cast(service, team, other_team, elsewhere, team_elsewhere, *people)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def client_for(user: User | None) -> Client:
    """A browser of this person's, signed in a moment ago without the form."""
    client = Client()
    if user is not None:
        client.force_login(user)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session.save()
    return client


@pytest.fixture
def sign_in():
    return client_for

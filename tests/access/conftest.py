"""The world with its two services, and a browser for each role."""

import logging

import pytest
from django.http import HttpResponse

from qa_audit.home.views import problems
from tests.access.asking import SteadyBrowser
from tests.access.world import World, make_world


@pytest.fixture
def world(cast) -> World:
    return make_world(cast)


@pytest.fixture
def browsers(world, settings) -> dict[str, SteadyBrowser]:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    settings.SESSION_ENGINE = "tests.access.steady_sessions"
    return {letter: SteadyBrowser(person) for letter, person in world.people.items()}


@pytest.fixture(autouse=True)
def _plain_refusals(monkeypatch):
    """Thousands of refusals are what is wanted here: to log and to draw each costs more than to ask."""
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    monkeypatch.setattr(
        problems, "render", lambda request, template, context, status: HttpResponse(status=status)
    )

"""The tree of themes and who keeps it."""

import json

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from qa_audit.findings import actions
from qa_audit.findings.models import Theme
from qa_audit.history.models import Event
from qa_audit.tools.models import Concept

STARTER = json.loads((settings.BASE_DIR / "fixtures/library/themes.json").read_text("utf-8"))


@pytest.fixture
def plan(db):
    return Theme.objects.create(code="plan", title="Plan", order=1)


def test_the_starter_themes_are_loaded_once_and_each_under_its_own(cast):
    assert actions.load_themes(content=STARTER, by=cast.qa_lead) == len(STARTER)
    assert actions.load_themes(content=STARTER, by=cast.qa_lead) == 0
    assert Theme.objects.get(code="permanence").path == "Plan: Permanence"
    assert Theme.objects.filter(parent=None).count() == sum(item["parent"] is None for item in STARTER)


def test_loading_leaves_what_the_qa_lead_changed(cast, plan):
    actions.change_theme(theme=plan, version=1, title="Plans and reviews", parent=None, by=cast.qa_lead)
    actions.load_themes(content=STARTER, by=cast.qa_lead)
    assert Theme.objects.get(code="plan").title == "Plans and reviews"


def test_a_theme_takes_its_domain_whenever_that_arrives(cast):
    actions.load_themes(content=STARTER, by=cast.qa_lead)
    concept = Concept.objects.create(key="plan", kind="domain", title="Plan")
    actions.load_themes(content=STARTER, by=cast.qa_lead)
    assert Theme.objects.get(code="plan").concept == concept


def test_themes_stand_in_the_order_of_the_tree(cast):
    actions.load_themes(content=list(reversed(STARTER)), by=cast.qa_lead)
    paths = [theme.path for theme in Theme.objects.in_tree_order()]
    for place, path in enumerate(paths):
        top = path.split(": ")[0]
        assert paths.index(top) <= place
        assert all(one.split(": ")[0] == top for one in paths[paths.index(top) : place])


def test_the_qa_lead_adds_renames_and_moves_a_theme(cast, sign_in, plan):
    client = sign_in(cast.qa_lead)
    client.post(reverse("findings:add_theme"), {"title": "Contingency", "parent": plan.pk, "version": 0})
    theme = Theme.objects.get(code="contingency")
    assert theme.path == "Plan: Contingency"
    url = reverse("findings:change_theme", args=[theme.pk])
    client.post(url, {"title": "Contingency plans", "parent": "", "version": 1})
    theme.refresh_from_db()
    assert (theme.path, theme.version) == ("Contingency plans", 2)
    assert [event.action for event in Event.objects.about(theme)] == ["theme changed", "theme added"]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"title": ""}, "Enter a title"),
        ({"title": "plan"}, "There is already a theme called “plan”"),
        ({"title": "x" * 121}, "Shorten this to 120 characters"),
        ({"title": "Contingency", "parent": "99999"}, "from the options"),
    ],
)
def test_a_wrong_theme_is_refused_by_its_field(cast, sign_in, plan, typed, problem):
    page = sign_in(cast.qa_lead).post(reverse("findings:add_theme"), {"version": 0} | typed)
    assert problem in page.content.decode()
    assert Theme.objects.count() == 1


def test_a_theme_with_others_under_it_stays_at_the_top(cast, sign_in, plan):
    Theme.objects.create(code="permanence", title="Permanence", parent=plan)
    other = Theme.objects.create(code="family", title="Family")
    url = reverse("findings:change_theme", args=[plan.pk])
    page = sign_in(cast.qa_lead).post(url, {"title": "Plan", "parent": other.pk, "version": 1})
    assert "so it must stay at the top" in page.content.decode()


def test_a_late_rename_shows_both_titles_and_overwrites_nothing(cast, sign_in, plan):
    client, url = sign_in(cast.qa_lead), reverse("findings:change_theme", args=[plan.pk])
    client.post(url, {"title": "Theirs", "parent": "", "version": 1})
    late = client.post(url, {"title": "Mine", "parent": "", "version": 1})
    assert late.status_code == 409
    assert "Theirs" in late.content.decode()
    assert "Mine" in late.content.decode()
    assert Theme.objects.get(pk=plan.pk).title == "Theirs"
    assert client.post(url, {"title": "Mine", "parent": "", "version": 2}).status_code == 302


@pytest.mark.parametrize("role", ["auditor", "manager", "head", "leader"])
def test_readers_see_the_themes_and_change_none(cast, sign_in, plan, role):
    client = sign_in(getattr(cast, role))
    page = client.get(reverse("findings:themes"))
    assert "Plan" in page.content.decode()
    assert "Add a theme" not in page.content.decode()
    assert client.get(reverse("findings:change_theme", args=[plan.pk])).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.add_theme(title="Other", parent=None, by=getattr(cast, role))


@pytest.mark.parametrize("role", ["analyst", "administrator", "nobody"])
def test_the_others_have_no_page_of_themes(cast, sign_in, role):
    assert sign_in(getattr(cast, role)).get(reverse("findings:themes")).status_code == 403

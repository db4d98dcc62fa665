"""Behind every figure stand its records: those that count, and of them the ones that this person may open."""

import re
from urllib.parse import parse_qsl

import pytest

from qa_audit.audits.models.audit import State
from qa_audit.audits.models.header import Capacity
from qa_audit.reports.records import RecordsForm
from tests.factories import LearningReviewFactory
from tests.reports.conftest import YEAR, add_audits, page, spread


def found(user, **cell):
    form = RecordsForm({"from": "2026-01-01", "to": "2026-12-31", **cell}, user=user)
    assert form.is_valid(), form.errors
    return form.records()


def text_of(user, **query) -> str:
    return page(user, "reports:records", **query).content.decode()


def test_figure_good_12_opens_the_twelve(cast):
    audits = add_audits(cast.service, cast.team, spread(0, 12, 5, 0))
    text = text_of(cast.head, service=cast.service.pk, grade="good")
    assert "12 audits count." in text
    listed = [audit.reference for audit in audits if f"/audits/{audit.reference}/" in text]
    assert listed == [audit.reference for audit in audits if audit.grade == "good"]


def test_those_that_one_may_not_open_are_counted_and_not_listed(cast):
    """Who is a head and an analyst counts every audit, and opens those of the own service."""
    add_audits(cast.service, cast.team, spread(0, 10, 0, 0))
    hidden = add_audits(cast.elsewhere, cast.team_elsewhere, spread(0, 2, 0, 0))
    both = cast.head
    both.grants.create(role="analyst")
    text = text_of(both, grade="good")
    assert "12 audits count; you can open 10." in text
    assert not any(audit.reference in text for audit in hidden)


def test_provisional_and_withdrawn_audits_stand_behind_no_figure(cast):
    for state in (State.SUBMITTED, State.SHARED, State.WITHDRAWN):
        add_audits(cast.service, cast.team, ["good"], state=state, agreed_at=None)
    assert "There is no record to show" in text_of(cast.qa_lead)


@pytest.mark.parametrize(
    ("cell", "audits", "reviews"),
    [
        ({}, 9, 1),
        ({"kind": "other"}, 6, 0),
        ({"kind": "manager"}, 3, 0),
        ({"kind": "manager", "grade": "any"}, 2, 0),
        ({"grade": "any"}, 7, 0),
        ({"grade": "inadequate"}, 1, 0),
        ({"first_grade": "good"}, 6, 0),
        ({"show": "reviews"}, 0, 1),
        ({"teams": "none"}, 0, 0),
        ({"capacity": "manager"}, 3, 0),
    ],
)
def test_each_kind_of_figure_has_its_records(cast, cell, audits, reviews):
    add_audits(cast.service, cast.team, [*spread(0, 4, 0, 1), "right"])
    add_audits(cast.service, cast.team, ["good", "good", ""], capacity=Capacity.MANAGER)
    LearningReviewFactory(lead_service=cast.service)
    records = found(cast.qa_lead, **cell)
    assert (records.audits().count(), records.reviews().count()) == (audits, reviews)


def test_every_figure_of_the_self_evaluation_counts_its_records(cast, demonstration_year):
    """Follow each link of the page and compare what it says with the figure that it stands on."""
    text = page(cast.qa_lead, "reports:self_evaluation", **YEAR).content.decode()
    links = re.findall(r'<a class="govuk-link" href="/reports/records/\?([^"]+)">([\d,]+)', text)
    assert len(links) > 60
    for address, figure in links:
        records = found(cast.qa_lead, **dict(parse_qsl(address.replace("&amp;", "&"))))
        assert records.audits().count() + records.reviews().count() == int(figure.replace(",", "")), address


@pytest.mark.parametrize("person", ["analyst", "administrator", "nobody"])
def test_records_are_refused_to_those_who_open_none(cast, person):
    assert page(getattr(cast, person), "reports:records").status_code == 403


def test_open_records_are_sorted_and_paged(cast):
    add_audits(cast.service, cast.team, spread(0, 30, 0, 0))
    assert "page 1 of 2" in text_of(cast.qa_lead) or "Pages of audits" in text_of(cast.qa_lead)
    assert page(cast.qa_lead, "reports:records", sort="reference", page=2).status_code == 200

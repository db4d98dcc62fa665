"""An auditor signs in, fills in an audit and submits it: by mouse, by keyboard alone, with JavaScript off."""

import pytest
from playwright.sync_api import expect

from qa_audit.audits.models.audit import Audit, State
from qa_audit.findings.models import FindingKind
from tests.factories import AuditFactory
from tests.journeys.scene import load_tool
from tests.journeys.stories import fills_in_the_dip_sample, signs_in, starts_a_dip_sample, submits
from tests.journeys.verbs import KeyboardPerson, Person


@pytest.fixture
def dip_sample(cast):
    return load_tool("13-dip.json")


def test_by_mouse(open_browser, cast, dip_sample):
    from_sign_in_to_submitted(Person(open_browser()), cast)


def test_by_keyboard_alone(open_browser, cast, dip_sample):
    from_sign_in_to_submitted(KeyboardPerson(open_browser()), cast)


def test_with_javascript_off(open_browser, cast, dip_sample):
    from_sign_in_to_submitted(Person(open_browser(javascript=False)), cast)


def from_sign_in_to_submitted(auditor: Person, cast) -> None:
    signs_in(auditor, cast.auditor.email)
    starts_a_dip_sample(auditor, case="C90210", service=cast.service.name, team=cast.team.name)
    fills_in_the_dip_sample(auditor)
    submits(auditor)

    audit = Audit.objects.get(case_reference="C90210")
    assert (audit.state, audit.grade, audit.auditor) == (State.SUBMITTED, "meets_good", cast.auditor)
    assert sorted(audit.answers.values_list("value", flat=True)) == ["yes"] * 4
    assert audit.voices.get(who="child").words == "I like it when she comes on Fridays."
    assert {found.finding.kind for found in audit.audit_findings.all()} == set(FindingKind)


def test_name_is_said_beside_its_field_until_it_is_gone(open_browser, cast):
    audit = AuditFactory(auditor=cast.auditor, service=cast.service, team=cast.team)
    auditor = Person(open_browser())
    signs_in(auditor, cast.auditor.email)
    auditor.opens(f"/audits/{audit.reference}/fill/judgement/")
    box, line = (auditor.window.locator(one) for one in ("#id_grade_reason", "#noticed-grade_reason"))
    box.fill("Mum says Kacper<b> is happier.")
    expect(line).to_contain_text("“Kacper”. A child is named by case reference only.")
    assert "noticed-grade_reason" in box.get_attribute("aria-describedby").split()
    box.fill("Mum says that he is happier.")
    expect(line).to_have_text("")
    audit.refresh_from_db()
    assert audit.grade_reason == "Mum says that he is happier."

"""What an import made: its page leads to the rows, and all of it can be withdrawn as one."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from qa_audit.audits.models.audit import Audit, State
from qa_audit.history.checks import chain_problems
from qa_audit.history.models import Event, Snapshot
from qa_audit.imports import actions
from qa_audit.imports.models import ImportedRow, PastImport, WaitingFile
from qa_audit.learning.models import LearningReview, ReviewStatus
from qa_audit.people.models import Role
from qa_audit.reports.period import Period
from qa_audit.reports.scope import Scope
from qa_audit.reports.self_evaluation import SelfEvaluation
from tests.factories import give_role
from tests.imports.conftest import good_row

pytestmark = pytest.mark.django_db
ROWS = [
    good_row(overall_grade="good"),
    good_row(reference="C2", overall_grade="inadequate"),
    good_row(reference="C3", kind="learning review", overall_grade=""),
]


@pytest.fixture
def lead(cast, sign_in):
    return sign_in(cast.qa_lead)


@pytest.fixture
def bring_in(lead, csv_file):
    def send(*rows, name="past.csv"):
        path = csv_file(*rows, name=name)
        lead.post(reverse("imports:past"), {"file": SimpleUploadedFile(name, path.read_bytes())})
        sent = {"sha256": WaitingFile.objects.get().sha256}
        page = lead.post(reverse("imports:accept"), sent, follow=True)
        return PastImport.objects.order_by("pk").last(), page

    return send


def withdraw(past_import, by):
    return actions.withdraw_import(past_import=past_import, reason="The wrong year.", by=by)


def figures(cast) -> tuple[int, int]:
    rows = SelfEvaluation(Scope(cast.leader, Period.of(date(2021, 1, 1), date(2021, 12, 31)))).rows
    return sum(row.audits for row in rows), sum(row.reviews for row in rows)


def test_an_imports_page_leads_to_each_row(lead, bring_in):
    made, _ = bring_in(*ROWS)
    assert made.get_absolute_url() in lead.get(reverse("imports:past")).content.decode()
    page = lead.get(made.get_absolute_url()).content.decode()
    assert "Imported on 12 May 2026 by Quinn Lead" in page
    for record in (*Audit.objects.all(), *LearningReview.objects.all()):
        assert f'href="{record.get_absolute_url()}"' in page


def test_imported_records_say_imported_and_not_agreed(lead, bring_in):
    bring_in(*ROWS)
    page = lead.get(Audit.objects.first().get_absolute_url()).content.decode()
    assert "Imported on 12 May 2026 by Quinn Lead. It is final and counts in reports." in page
    assert "Agreed on" not in page
    page = lead.get(LearningReview.objects.get().get_absolute_url()).content.decode()
    assert "On 12 May 2026 by Quinn Lead" in page


def test_an_import_is_withdrawn_as_a_whole_with_a_reason(cast, lead, bring_in):
    made, _ = bring_in(*ROWS)
    other, _ = bring_in(good_row(reference="C9"), name="other.csv")
    assert figures(cast) == (3, 1)
    address = reverse("imports:withdraw", args=[made.pk])
    assert "Say why you are withdrawing it" in lead.post(address, {"reason": " "}).content.decode()
    page = lead.post(address, {"reason": "The wrong year."}, follow=True).content.decode()
    assert "Withdrawn as a whole on 12 May 2026 by Quinn Lead" in page
    assert "The wrong year." in page
    assert figures(cast) == (1, 0)
    assert Audit.objects.filter(state=State.WITHDRAWN).count() == 2
    assert LearningReview.objects.get().status == ReviewStatus.WITHDRAWN
    for row in ImportedRow.objects.filter(past_import=made):
        event = Event.objects.about(row.record).changes().first()
        assert (event.action, event.reason) == ("withdrawn", "The wrong year.")
        picture = Snapshot.objects.get(event_sequence=event.sequence).content
        assert "withdrawn" in (picture.get("status"), picture.get("header", {}).get("state"))
    last = Event.objects.order_by("sequence").filter(is_reading=False).last()
    assert (last.action, last.object_id) == ("past audits withdrawn", made.pk)
    assert list(chain_problems()) == []
    assert PastImport.objects.standing().get() == other


def test_its_rows_may_come_in_again(cast, lead, bring_in):
    made, _ = bring_in(*ROWS)
    withdraw(made, cast.qa_lead)
    again, page = bring_in(*ROWS)
    assert "3 of 3 rows imported." in page.text
    assert (again.pk != made.pk, again.knows_its_rows, figures(cast)) == (True, True, (2, 1))


def test_it_is_withdrawn_once(cast, bring_in):
    made, _ = bring_in(*ROWS)
    withdraw(made, cast.qa_lead)
    with pytest.raises(actions.ImportRefused, match="already"):
        withdraw(made, cast.qa_lead)
    assert Event.objects.filter(action="past audits withdrawn").count() == 1


def test_what_was_withdrawn_or_reopened_before_is_left_or_taken_along(cast, bring_in):
    made, _ = bring_in(*ROWS)
    first = Audit.objects.first()
    Audit.objects.filter(pk=first.pk).update(state=State.WITHDRAWN)
    LearningReview.objects.update(status=ReviewStatus.OPEN)
    withdraw(made, cast.qa_lead)
    assert not Event.objects.about(first).filter(action="withdrawn").exists()
    assert LearningReview.objects.get().status == ReviewStatus.WITHDRAWN


@pytest.mark.parametrize("role", ["auditor", "manager", "head", "leader", "analyst", "administrator"])
def test_only_a_qa_lead_withdraws_an_import(role, cast, bring_in):
    made, _ = bring_in(*ROWS)
    with pytest.raises(PermissionDenied):
        withdraw(made, getattr(cast, role))
    assert figures(cast) == (2, 1)


def test_nobody_withdraws_audits_of_their_own_with_an_import(cast, lead, bring_in):
    made, _ = bring_in(good_row(auditor_email=cast.qa_lead.email), good_row(reference="C2", auditor_email=""))
    refused = lead.post(reverse("imports:withdraw", args=[made.pk]), {"reason": "The wrong year."})
    assert (
        "Some of these audits are your own: another QA lead must withdraw them." in refused.content.decode()
    )
    assert figures(cast)[0] == 2
    withdraw(made, give_role(cast.nobody, Role.QA_LEAD))
    assert figures(cast)[0] == 0


def link_older():
    migration = import_module("qa_audit.migrations.0015_rows_of_older_imports")
    migration.link_rows(apps, None)


def test_rows_of_an_older_import_are_known_from_history(cast, bring_in):
    first, _ = bring_in(*ROWS)
    bring_in(good_row(reference="C9"), name="other.csv")
    before = set(ImportedRow.objects.values_list("past_import", "audit", "review"))
    ImportedRow.objects.all().delete()
    assert not PastImport.objects.get(pk=first.pk).knows_its_rows
    link_older()
    assert set(ImportedRow.objects.values_list("past_import", "audit", "review")) == before


def test_an_import_whose_rows_history_does_not_tell_says_so_and_is_not_withdrawn(cast, lead, bring_in):
    made, _ = bring_in(*ROWS)
    ImportedRow.objects.all().delete()
    PastImport.objects.update(made=4)
    link_older()
    page = lead.get(made.get_absolute_url()).content.decode()
    assert "It was not recorded which" in page
    assert reverse("imports:withdraw", args=[made.pk]) not in page
    with pytest.raises(actions.ImportRefused, match="not known"):
        withdraw(made, cast.qa_lead)


def test_the_cost_of_an_imports_page_does_not_grow(lead, bring_in, django_assert_max_num_queries):
    few, _ = bring_in(*ROWS)
    many, _ = bring_in(*(good_row(reference=f"D{n}") for n in range(30)), name="many.csv")
    lead.get(few.get_absolute_url())
    with django_assert_max_num_queries(16):
        lead.get(many.get_absolute_url())

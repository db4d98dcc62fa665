"""The pages by which a QA lead brings past audits in."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from qa_audit.audits.models.audit import Audit
from qa_audit.imports.models import PastImport, WaitingFile
from tests.imports.conftest import good_row
from tests.interface.markup import Markup

pytestmark = pytest.mark.django_db
PAST = reverse("imports:past")
PREVIEW = reverse("imports:preview")


@pytest.fixture
def lead(cast, sign_in):
    return sign_in(cast.qa_lead)


@pytest.fixture
def upload(lead, csv_file):
    def send(*rows, name="past.csv"):
        path = csv_file(*rows, name=name)
        return lead.post(PAST, {"file": SimpleUploadedFile(name, path.read_bytes())}, follow=True)

    return send


def accept(client, sha256=None):
    sha256 = sha256 or WaitingFile.objects.get().sha256
    return client.post(reverse("imports:accept"), {"sha256": sha256}, follow=True)


def test_good_file_is_shown_first_and_stored_when_accepted(lead, upload):
    page = upload(good_row(), good_row(reference="C2", kind="learning review"))
    assert page.redirect_chain == [(PREVIEW, 302)]
    assert "2 rows read: 1 audit and 1 learning review would be imported." in page.text
    assert not Audit.objects.exists()

    page = accept(lead)
    assert page.redirect_chain == [(PAST, 302)]
    assert "2 of 2 rows imported." in page.text
    assert Audit.objects.count() == 1
    assert not WaitingFile.objects.exists()
    assert "past.csv" in page.text


def test_problems_stand_in_a_table_with_their_cells_and_nothing_can_be_accepted(lead, upload):
    page = upload(good_row(service="Housing", kind="odd"))
    assert "2 problems found. Nothing is imported until all are put right." in page.text
    assert ">B2</td>" in page.text
    assert ">C2</td>" in page.text
    assert "There is no service called “Housing”, now or formerly." in page.text
    assert reverse("imports:accept") not in page.text
    accept(lead)
    assert not Audit.objects.exists()
    assert WaitingFile.objects.exists()


def test_error_summary_on_top_leads_to_the_problems(upload):
    page = Markup(upload(good_row(service="Housing")).text)
    (link,) = [e for e in page.all("a") if e.attrs.get("href") == "#problems"]
    assert link.text == "1 problem found. Nothing is imported until all are put right."
    assert page.by_id()["problems"].attrs["tabindex"] == "-1"
    assert page.one("title").text.startswith("Error: ")


def test_file_without_problems_has_no_error_summary(upload):
    page = upload(good_row())
    assert "govuk-error-summary" not in page.text
    assert "Error:" not in page.text


def test_warnings_are_shown_and_do_not_stop_the_import(lead, upload):
    page = upload(good_row(going_well="Ring 07700 900123."))
    assert "This looks like a phone number." in page.text
    accept(lead)
    assert Audit.objects.count() == 1


def test_reference_that_looks_like_a_person_is_a_warning_with_its_cell(lead, upload):
    page = upload(good_row(reference="943 476 5919"), good_row(reference="John Smith"))
    assert "This looks like an NHS number." in page.text
    assert "This looks like a person’s name." in page.text
    assert ">A2</td>" in page.text
    accept(lead)
    assert Audit.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("past.doc", b"x", "Only .xlsx and .csv files can be uploaded."),
        ("past.xlsx", b"x", "do not match its name"),
        ("past.csv", b"", "The file is empty."),
    ],
)
def test_file_that_cannot_be_read_is_refused_by_its_field(lead, name, content, says):
    page = lead.post(PAST, {"file": SimpleUploadedFile(name, content)})
    assert page.status_code == 200
    assert says in page.text
    assert 'id="id_file-error"' in page.text
    assert not WaitingFile.objects.exists()


def test_choosing_no_file_is_an_error_by_the_field(lead):
    page = lead.post(PAST, {})
    assert "Choose a file" in page.text
    assert 'id="id_file-error"' in page.text


def test_newer_file_is_never_accepted_by_the_page_of_an_older_one(lead, upload):
    upload(good_row())
    older = WaitingFile.objects.get().sha256
    upload(good_row(reference="C2"))
    page = accept(lead, older)
    assert "Another file was uploaded since" in page.text
    assert not Audit.objects.exists()


def test_pressing_twice_imports_once(lead, upload):
    upload(good_row())
    sha256 = WaitingFile.objects.get().sha256
    accept(lead, sha256)
    assert accept(lead, sha256).status_code == 404
    assert Audit.objects.count() == 1


def test_file_thrown_away_is_gone(lead, upload):
    upload(good_row())
    page = lead.post(reverse("imports:throw_away"), follow=True)
    assert "The file was deleted." in page.text
    assert not WaitingFile.objects.exists()
    assert lead.get(PREVIEW).status_code == 404


def test_waiting_file_is_its_persons_alone_and_for_a_day(cast, lead, upload, sign_in, frozen_clock):
    upload(good_row())
    assert lead.get(PREVIEW).status_code == 200
    WaitingFile.objects.update(user=cast.outsider)
    assert lead.get(PREVIEW).status_code == 404
    frozen_clock.shift(timedelta(days=1, minutes=1).total_seconds())
    client = sign_in(cast.qa_lead)
    client.post(PAST, {"file": SimpleUploadedFile("new.csv", b"reference\nC1\n")})
    assert list(WaitingFile.objects.values_list("user", flat=True)) == [cast.qa_lead.pk]


def test_file_that_waited_for_a_day_is_deleted_when_the_page_is_opened(cast, lead, upload):
    upload(good_row())
    WaitingFile.objects.update(user=cast.outsider)
    lead.get(PAST)
    assert WaitingFile.objects.exists()
    WaitingFile.objects.update(uploaded_at=timezone.now() - timedelta(days=1, minutes=1))
    lead.get(PAST)
    assert not WaitingFile.objects.exists()


def test_same_file_again_says_that_there_is_nothing_to_do(lead, upload):
    upload(good_row())
    accept(lead)
    page = upload(good_row())
    assert "This same file was imported on 12 May 2026. There is nothing to do." in page.text
    accept(lead)
    assert PastImport.objects.count() == 1


@pytest.mark.parametrize(
    "name", ["auditor", "manager", "head", "leader", "analyst", "administrator", "nobody"]
)
def test_only_qa_leads_import(cast, sign_in, name):
    client = sign_in(getattr(cast, name))
    for page in ("past", "preview", "template"):
        assert client.get(reverse(f"imports:{page}")).status_code == 403
    for button in ("past", "accept", "throw_away"):
        assert client.post(reverse(f"imports:{button}")).status_code == 403


def test_template_takes_rows_under_its_headers(cast, lead, run, tmp_path):
    response = lead.get(reverse("imports:template"))
    book = load_workbook(BytesIO(response.content))
    assert book.sheetnames == ["Past audits", "Notes"]
    headers = [cell.value for cell in book.worksheets[0][1]]
    row = good_row(going_well="Seen alone.", **{"grade: Plan": "good"})
    book.worksheets[0].append([row.get(header) for header in headers])
    book.save(tmp_path / "filled.xlsx")
    status, printed = run(tmp_path / "filled.xlsx")
    assert status == 0, printed
    assert Audit.objects.get().domain_grades.get().grade == "good"
    explained = {cells[0].value for cells in book.worksheets[1].iter_rows(min_row=2)}
    assert explained >= set(headers)

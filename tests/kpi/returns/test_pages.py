"""The pages by which an analyst brings a return in, looks at what it would do, and takes it back."""

import threading
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from kpi.returns import jobs
from kpi.returns.actions import accept_waiting
from kpi.returns.dry_run import check_return
from kpi.returns.models import Observation, Return, Upload, Work
from qa_audit.history.models import Event
from qa_audit.jobs.models import Job, JobState
from qa_audit.people.models import Role
from tests.factories import JobFactory, UserFactory, give_role
from tests.factories.kpi import IndicatorVersionFactory

pytestmark = pytest.mark.django_db
APRIL = b"indicator_code,month,numerator,denominator\nCP1,2026-04,45,50\n"
REVISED = b"indicator_code,month,numerator,denominator\nCP1,2026-04,46,50\n"
WRONG = b"indicator_code,month,numerator,denominator\nCP1,2026-04,55,50\nCP9,2026-04,1,2\n"


@pytest.fixture
def analyst(cast, sign_in):
    IndicatorVersionFactory(indicator__code="CP1")
    return sign_in(cast.analyst)


def send(client, content: bytes, name="april.csv", **fields):
    return client.post(
        reverse("returns:upload"), {"file": SimpleUploadedFile(name, content), **fields}, follow=True
    )


def accept(client, **fields):
    sha256 = Upload.objects.get().sha256
    return client.post(reverse("returns:waiting"), {"sha256": sha256, **fields}, follow=True)


def text(response) -> str:
    return unescape(response.content.decode())


def value() -> Decimal:
    return Observation.objects.current().get().numerator


def test_upload_shows_what_the_file_would_do_and_stores_nothing(analyst):
    page = send(analyst, APRIL)
    assert page.redirect_chain == [(reverse("returns:waiting"), 302)]
    assert page.context["counts"] | {"new": 1, "problem": 0} == page.context["counts"]
    assert [line["cell"] for line in page.context["upload"].outcome["lines"]]
    assert not Observation.objects.exists()
    assert not Return.objects.exists()


def test_accepting_stores_the_figures_and_forgets_the_upload(analyst, cast):
    send(analyst, APRIL)
    page = accept(analyst)
    assert "The figures of april.csv are stored." in text(page)
    assert (value(), Return.objects.get().by) == (45, cast.analyst)
    assert not Upload.objects.exists()


def test_page_after_storing_says_what_the_return_did_and_where_its_figures_are(analyst):
    send(analyst, APRIL)
    page = accept(analyst)
    assert page.redirect_chain == [(Return.objects.get().get_absolute_url(), 302)]
    assert "What this return did" in text(page)
    assert "Stored before" not in text(page)
    assert f"{reverse('packs:performance_report')}?month=2026-04" in text(page)
    accept_revised = send(analyst, REVISED) and accept(analyst, reason="Late recording", seen="on")
    assert "Stored before" in text(accept_revised)


def test_page_of_an_upload_that_is_stored_by_now_leads_to_the_returns(analyst):
    assert analyst.get(reverse("returns:waiting")).url == reverse("returns:list")


def test_file_that_cannot_be_read_is_refused_in_its_own_words_without_an_empty_table(analyst):
    page = send(analyst, b"Not a workbook", "return.xlsx")
    assert page.context["problems"] == [{"text": page.context["upload"].outcome["lines"][0]["words"]}]
    assert "correct the cells below" not in text(page)
    assert "<table" not in text(page)
    assert "Upload another file" in text(page)


def test_problem_names_the_figure_that_it_is_about(analyst):
    page = send(analyst, WRONG)
    line = next(line for line in page.context["upload"].outcome["lines"] if line["kind"] == "problem")
    assert (line["indicator"], line["month"], line["cell"]) == ("CP1", "April 2026", "C2")


def test_file_with_problems_cannot_be_accepted(analyst):
    page = send(analyst, WRONG)
    assert "<title>Error: What this return would do" in text(page)
    assert "2 problems found" in text(page)
    assert "Store these figures" not in text(page)
    page = accept(analyst)
    assert "The file has changed since that page was opened" in text(page)
    assert not Observation.objects.exists()


def test_revision_wants_its_reason(analyst):
    send(analyst, APRIL)
    accept(analyst)
    page = send(analyst, REVISED)
    assert page.context["counts"]["revised"] == 1
    page = accept(analyst)
    assert "Say why earlier figures changed" in text(page)
    assert value() == 45
    accept(analyst, reason="Late recording", seen="on")
    figure = Observation.objects.current().get()
    assert (figure.numerator, figure.reason, figure.replaces.numerator) == (46, "Late recording", 45)


def test_figures_stored_by_somebody_else_meanwhile_are_shown_before_anything_is_stored(analyst):
    send(analyst, APRIL)
    kept = Upload.objects.get()
    send(analyst, REVISED)
    accept(analyst)
    Upload.objects.create(
        user=kept.user, content=kept.content, file_name="april.csv", sha256=kept.sha256, job=kept.job,
        outcome=kept.outcome,
    )  # fmt: skip
    page = accept(analyst)
    assert "Figures were stored since this file was checked" in text(page)
    assert page.context["counts"]["revised"] == 1
    assert value() == 46


def test_another_file_uploaded_since_is_not_accepted_in_its_place(analyst):
    send(analyst, APRIL)
    page = analyst.post(reverse("returns:waiting"), {"sha256": "0" * 64}, follow=True)
    assert "The file has changed since that page was opened" in text(page)
    assert not Observation.objects.exists()


def test_same_file_again_offers_nothing_to_store(analyst):
    send(analyst, APRIL)
    accept(analyst)
    page = send(analyst, APRIL)
    assert page.context["counts"]["unchanged"] == 1
    assert "Store these figures" not in text(page)


def test_upload_can_be_thrown_away(analyst):
    send(analyst, APRIL)
    page = analyst.post(reverse("returns:throw_away"), follow=True)
    assert "The file was deleted. Nothing was stored." in text(page)
    assert not Upload.objects.exists()


def test_return_is_taken_back_with_its_reason(analyst):
    send(analyst, APRIL)
    accept(analyst)
    kept = Return.objects.get()
    assert "Take this return back" in text(analyst.get(kept.get_absolute_url()))
    page = analyst.post(reverse("returns:reverse", args=[kept.pk]), {"reason": ""})
    assert "Answer the question “Why are you taking this return back?”" in text(page)
    page = analyst.post(reverse("returns:reverse", args=[kept.pk]), {"reason": "Wrong month"}, follow=True)
    assert "april.csv is taken back." in text(page)
    assert Observation.objects.current().get().state == "not_yet"
    again = analyst.post(reverse("returns:reverse", args=[kept.pk]), {"reason": "Once more"})
    assert "has already been taken back" in text(again)
    assert "Take this return back" not in text(analyst.get(kept.get_absolute_url()))


def test_return_that_a_later_one_revised_is_not_taken_back(analyst):
    send(analyst, APRIL)
    accept(analyst)
    send(analyst, REVISED)
    accept(analyst, reason="Late recording", seen="on")
    first = Return.objects.order_by("pk").first()
    page = analyst.post(reverse("returns:reverse", args=[first.pk]), {"reason": "Wrong"})
    assert "Later returns revised figures of this one: CP1, April 2026" in text(page)
    assert value() == 46


def test_file_comes_back_as_it_went_in_and_that_is_recorded(analyst):
    send(analyst, APRIL)
    accept(analyst)
    kept = Return.objects.get()
    response = analyst.get(reverse("returns:file", args=[kept.pk]))
    assert response.content == APRIL
    assert 'filename="april.csv"' in response.headers["Content-Disposition"]
    assert Event.objects.readings().about(kept).exists()


def test_list_says_which_returns_stand(analyst):
    send(analyst, APRIL)
    accept(analyst)
    analyst.post(reverse("returns:reverse", args=[Return.objects.get().pk]), {"reason": "Wrong month"})
    send(analyst, REVISED)
    page = text(analyst.get(reverse("returns:list")))
    assert "Taken back" in page
    assert "Taking back of return" in page
    assert "waits to be accepted" in page


def test_template_has_the_codes_of_live_indicators(analyst):
    response = analyst.get(reverse("returns:template"), {"month": "April 2026"})
    assert response.content[:2] == b"PK"
    assert send(analyst, response.content, "return.xlsx").context["counts"]["problem"] == 0


def test_template_is_for_the_month_that_has_just_ended_unless_another_is_asked_for(analyst):
    def of_months(**asked):
        return analyst.get(reverse("returns:template"), asked).headers["Content-Disposition"]

    assert 'filename="return 2026-04.xlsx"' in of_months()
    assert 'filename="return 2026-02.xlsx"' in of_months(month="February 2026")
    assert analyst.get(reverse("returns:template"), {"month": "soon"}).status_code == 404


def test_work_that_fell_silent_is_begun_again(analyst, cast):
    send(analyst, APRIL)
    Upload.objects.update(job=JobFactory(is_dead=True), outcome={})
    page = text(analyst.get(reverse("returns:waiting")))
    assert "The work on this file stopped" in page
    page = analyst.post(reverse("returns:check_again"), follow=True)
    assert page.context["counts"]["new"] == 1
    broken_off = Event.objects.get(action="work stopped")
    assert broken_off.changes == {"check": ["running", "stopped"]}
    assert (broken_off.actor_id, str(broken_off.object_type)) == (cast.analyst.pk, "upload")


def test_page_says_how_far_a_long_check_is(analyst):
    send(analyst, APRIL)
    job = JobFactory(done=1500, expected=200_000)
    Upload.objects.update(job=job, outcome={})
    assert "1,500 of 200,000 rows read" in text(analyst.get(reverse("returns:waiting")))
    assert "1,500 of 200,000 rows read" in text(analyst.get(reverse("returns:progress")))
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE)
    assert analyst.get(reverse("returns:progress")).headers["HX-Refresh"] == "true"


def test_waiting_file_is_its_persons_own_and_for_a_day(analyst, cast):
    send(analyst, APRIL)
    Upload.objects.update(uploaded_at=timezone.now() - timedelta(days=1, minutes=1))
    assert analyst.get(reverse("returns:waiting")).url == reverse("returns:list")


def test_file_that_waited_for_a_day_is_deleted_when_any_analyst_opens_the_list(analyst, cast, sign_in):
    send(analyst, APRIL)
    Upload.objects.update(uploaded_at=timezone.now() - timedelta(days=1, minutes=1))
    sign_in(cast.head).get(reverse("returns:list"))
    assert Upload.objects.exists()
    Upload.objects.update(job=JobFactory(kind=Work.STORE))
    analyst.get(reverse("returns:list"))
    assert Upload.objects.exists()
    Job.objects.update(state=JobState.DONE)
    sign_in(give_role(UserFactory(), Role.ANALYST)).get(reverse("returns:list"))
    assert not Upload.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_long_file_is_checked_and_stored_beside_the_request(cast, sign_in):
    IndicatorVersionFactory(indicator__code="CP1")
    client = sign_in(cast.analyst)
    client.defaults["REMOTE_ADDR"] = "198.51.100.7"
    note = "x" * 200
    rows = b"".join(
        f"CP1,{year}-{month:02},45,50,{note}\n".encode()
        for year in range(2016, 2026)
        for month in range(1, 13)
    )
    content = b"indicator_code,month,numerator,denominator,note\n" + rows + b" \n" * 50_000
    assert len(content) > jobs.AT_ONCE_BELOW
    send(client, content)
    wait_for(lambda: Upload.objects.get().is_checked)
    assert Upload.objects.get().outcome["counts"]["new"] == 120
    accept(client, seen="on")
    wait_for(lambda: not Upload.objects.exists())
    assert Observation.objects.current().count() == 120
    told = Event.objects.get(action="return accepted")
    assert (told.actor_id, told.address) == (cast.analyst.pk, "198.51.100.7")


def wait_for(is_done) -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("job-"):
            thread.join(timeout=60)
    assert is_done()


def test_file_that_is_being_stored_is_neither_thrown_away_nor_replaced(analyst):
    send(analyst, APRIL)
    Upload.objects.update(job=JobFactory(kind=Work.STORE))
    assert "Delete this file" not in text(analyst.get(reverse("returns:waiting")))
    page = analyst.post(reverse("returns:throw_away"), follow=True)
    assert "Nothing was deleted: the file is being stored" in text(page)
    assert "Your last file is still being stored. Wait until that is done." in text(send(analyst, REVISED))
    assert Upload.objects.get().file_name == "april.csv"


def test_file_thrown_away_before_it_is_stored_is_not_stored(analyst):
    send(analyst, APRIL)
    upload = Upload.objects.get()
    check = check_return(APRIL, file_name="april.csv")
    Upload.objects.all().delete()
    assert accept_waiting(upload=upload, job=upload.job, check=check) is None
    assert not Return.objects.exists()


def test_second_press_while_the_first_is_at_work_begins_nothing(analyst):
    send(analyst, APRIL)
    upload = Upload.objects.get()
    Upload.objects.update(job=JobFactory(kind=Work.STORE))
    assert jobs.begin_storing(upload, reason="") is None
    jobs.begin_check(upload)
    assert Upload.objects.get().is_being_stored
    assert not Return.objects.exists()


def test_file_named_in_capitals_comes_back(analyst):
    send(analyst, APRIL, "APRIL.CSV")
    accept(analyst)
    response = analyst.get(reverse("returns:file", args=[Return.objects.get().pk]))
    assert (response.status_code, response.content) == (200, APRIL)

"""A head of service puts their own words in place of the drafted sentence."""

import io
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from qa_audit.common.publishing import files
from qa_audit.common.versions import ChangedMeanwhile
from qa_audit.history.models import Event
from qa_audit.reports.analysis import write_analysis
from qa_audit.reports.models import Analysis
from qa_audit.reports.period import Period
from qa_audit.reports.self_evaluation import SelfEvaluation
from tests.reading import one_line
from tests.reports.conftest import add_audits, page, scope_of, spread
from tests.reports.practice import all_text, csv_rows

QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))
WORDS = "Practice is steady; supervision is where we put our effort."
DRAFTED = "The standard of work was judged consistently good (n = 12)."
FOR_MAY = "Written for 1 January 2026 to 12 May 2026."
OWN = ("Analysis", "Analysis by", "Analysis on", "Drafted sentence")


def post(client, service, text, version=0, period=QUARTER):
    address = reverse("reports:analysis", args=[service.pk], query=period.query)
    return client.post(address, {"text": text, "version": version})


@pytest.fixture
def audits(cast):
    return add_audits(cast.service, cast.team, spread(0, 12, 0, 0), audited_on=date(2026, 2, 1))


def test_own_words_take_the_place_of_the_sentence_with_author_and_date(cast, audits, sign_in):
    response = post(sign_in(cast.head), cast.service, WORDS)
    assert response.status_code == 302
    row = SelfEvaluation(scope_of(cast.leader, first="2026-01-01", last="2026-03-31")).rows[0]
    assert row.analysis == WORDS
    text = one_line(page(cast.leader, "reports:self_evaluation", **QUARTER.query))
    assert WORDS in text
    assert "Written by Hana Head on 12 May 2026" in text
    assert "From the figures: The standard of work was judged consistently good (n = 12)." in text


def test_form_shows_the_drafted_sentence_and_what_stands(cast, audits, sign_in):
    post(sign_in(cast.head), cast.service, WORDS)
    text = one_line(page(cast.head, "reports:analysis", cast.service.pk, **QUARTER.query))
    assert "judged consistently good (n = 12)" in text
    assert WORDS in text


def test_earlier_words_are_kept(cast, audits, sign_in):
    client = sign_in(cast.head)
    post(client, cast.service, "First.")
    post(client, cast.service, "Second.", version=1)
    kept = Analysis.objects.order_by("version").values_list("text", "is_current")
    assert list(kept) == [("First.", False), ("Second.", True)]


def test_late_save_shows_both_texts_and_overwrites_nothing(cast, audits, sign_in):
    post(sign_in(cast.qa_lead), cast.service, "By the QA lead.")
    response = post(sign_in(cast.head), cast.service, "By the head.")
    assert response.status_code == 409
    text = one_line(response)
    assert "By the QA lead." in text
    assert "By the head." in text
    assert Analysis.objects.get().text == "By the QA lead."
    assert post(sign_in(cast.head), cast.service, "By both.", version=1).status_code == 302
    assert Analysis.objects.get(is_current=True).text == "By both."


def test_action_refuses_a_version_that_is_not_the_current_one(cast):
    write_analysis(service=cast.service, period=QUARTER, text="One.", version=0, by=cast.head)
    with pytest.raises(ChangedMeanwhile):
        write_analysis(service=cast.service, period=QUARTER, text="Two.", version=7, by=cast.head)


@pytest.fixture
def year_so_far(cast, sign_in):
    """Twelve good audits of 2026, and the head's words of 12 May about the year to date."""
    add_audits(cast.service, cast.team, spread(0, 12, 0, 0))
    post(sign_in(cast.head), cast.service, WORDS, period=Period.of(None, None))


def this_year(user):
    """The self-evaluation of the year to date, as the person sees it now."""
    return SelfEvaluation(scope_of(user, first="", last=""))


def test_words_keep_the_dates_they_were_written_for(cast, year_so_far):
    assert Analysis.objects.get().period == Period(date(2026, 1, 1), date(2026, 5, 12))


def test_words_about_the_year_to_date_stand_for_a_month_with_their_dates(cast, year_so_far, frozen_clock):
    assert this_year(cast.head).rows[0].analysis == WORDS  # its own dates are those of the report
    frozen_clock.move_to("2026-06-12T10:00:00+01:00")
    assert this_year(cast.head).rows[0].analysis == f"{WORDS}\n({FOR_MAY})"
    text = one_line(page(cast.head, "reports:self_evaluation"))
    assert f"Written by Hana Head on 12 May 2026. {FOR_MAY} From the figures: {DRAFTED}" in text
    assert "Bring the analysis up to date" in text
    frozen_clock.move_to("2026-06-13T10:00:00+01:00")
    assert this_year(cast.head).rows[0].analysis == DRAFTED
    assert WORDS not in page(cast.head, "reports:self_evaluation").text


def test_the_latest_words_stand_and_those_for_exactly_the_period_first(cast, year_so_far, frozen_clock):
    def write(text, on, period=None):
        frozen_clock.move_to(f"{on}T10:00:00+01:00")
        words = {"service": cast.service, "text": text, "version": 0, "by": cast.head}
        write_analysis(period=period or Period.of(None, None), **words)

    write("Of 20 May.", "2026-05-20")
    write("Of 18 May, written late.", "2026-05-21", Period(date(2026, 1, 1), date(2026, 5, 18)))
    write("Of April alone.", "2026-05-21", Period(date(2026, 4, 1), date(2026, 5, 20)))
    assert this_year(cast.head).rows[0].own_words.text == "Of 20 May."
    write("Of 25 May.", "2026-05-25")
    row = this_year(cast.head).rows[0]
    assert (row.analysis, row.written_for) == ("Of 25 May.", "")
    on_12_may = SelfEvaluation(scope_of(cast.head, first="2026-01-01", last="2026-05-12"))
    assert on_12_may.rows[0].analysis == WORDS
    on_13_may = SelfEvaluation(scope_of(cast.head, first="2026-01-01", last="2026-05-13"))
    assert on_13_may.rows[0].analysis == DRAFTED


def test_form_begins_with_the_words_that_stand_and_keeps_the_new_for_their_own_dates(
    cast, year_so_far, sign_in, frozen_clock
):
    frozen_clock.move_to("2026-06-01T10:00:00+01:00")
    now = Period.of(None, None)
    text = one_line(page(cast.head, "reports:analysis", cast.service.pk, **now.query))
    assert WORDS in text
    assert f"on 12 May 2026 for {Period(date(2026, 1, 1), date(2026, 5, 12))}; what you save is" in text
    assert post(sign_in(cast.head), cast.service, "Of June.", period=now).status_code == 302
    kept = Analysis.objects.filter(is_current=True).order_by("period_to")
    assert [(words.text, words.version) for words in kept] == [(WORDS, 1), ("Of June.", 1)]
    assert this_year(cast.leader).rows[0].analysis == "Of June."
    assert post(sign_in(cast.qa_lead), cast.service, "Late.", period=now).status_code == 409


def test_csv_and_workbook_carry_the_author_the_day_and_the_drafted_sentence(cast, year_so_far):
    report = this_year(cast.leader)
    row, total = csv_rows(report)
    assert [row[name] for name in OWN] == [WORDS, "Hana Head", "2026-05-12", DRAFTED]
    assert [total[name] for name in OWN] == [DRAFTED, "", "", DRAFTED]
    sheet = load_workbook(io.BytesIO(files.content(report.document(), "xlsx"))).worksheets[0]
    headings, (*_, words, by, on, drafted) = next(sheet.values), list(sheet.values)[1]
    assert headings[-4:] == OWN
    assert (words, by, on.date(), drafted) == (WORDS, "Hana Head", date(2026, 5, 12), DRAFTED)


def test_files_print_the_dates_of_words_for_other_dates(cast, year_so_far, frozen_clock):
    frozen_clock.move_to("2026-06-01T10:00:00+01:00")
    report = this_year(cast.leader)
    expected = f"{WORDS}\n({FOR_MAY})"
    assert csv_rows(report)[0]["Analysis"] == expected
    assert expected in all_text(page(cast.leader, "reports:self_evaluation"), report)


def test_a_service_without_own_words_has_no_author(cast, audits):
    (row, _) = csv_rows(SelfEvaluation(scope_of(cast.head, first="2026-01-01", last="2026-03-31")))
    assert [row[name] for name in OWN] == [DRAFTED, "", "", DRAFTED]


def test_words_kept_for_a_whole_year_get_the_day_they_were_written_on_and_back(cast, frozen_clock):
    def keep(first, last, **values):
        return Analysis.objects.create(
            service=cast.service,
            period_from=first,
            period_to=last,
            text=WORDS,
            written_by=cast.head,
            written_at=timezone.now(),
            **values,
        )

    new_year, year_end = date(2026, 1, 1), date(2026, 12, 31)
    to_date = keep(new_year, year_end)
    earlier = keep(new_year, year_end, is_current=False)
    last_year, quarter = keep(date(2025, 1, 1), date(2025, 12, 31)), keep(QUARTER.first, QUARTER.last)
    migration = import_module("qa_audit.migrations.0018_days_of_analyses")

    def ends():
        return [Analysis.objects.get(pk=one.pk).period_to for one in (to_date, earlier, last_year, quarter)]

    before = ends()
    migration.to_the_day(apps, None)
    assert ends() == [date(2026, 5, 12), date(2026, 5, 12), *before[2:]]
    migration.to_the_year(apps, None)
    assert ends() == before


@pytest.mark.parametrize("person", ["manager", "auditor", "outsider"])
def test_words_about_the_whole_service_do_not_stand_beside_a_part_of_it(cast, audits, sign_in, person):
    post(sign_in(cast.head), cast.service, WORDS)
    assert (
        WORDS not in page(getattr(cast, person), "reports:self_evaluation", **QUARTER.query).content.decode()
    )
    narrowed = page(cast.qa_lead, "reports:self_evaluation", capacity="qa_unit", **QUARTER.query)
    assert WORDS not in narrowed.content.decode()


@pytest.mark.parametrize(
    ("person", "status"),
    [("head", 200), ("qa_lead", 200), ("outsider", 404), ("manager", 403), ("leader", 403), ("analyst", 403)],
)
def test_heads_of_the_service_and_qa_leads_write(cast, sign_in, person, status):
    client = sign_in(getattr(cast, person))
    assert client.get(reverse("reports:analysis", args=[cast.service.pk])).status_code == status
    posted = post(client, cast.service, WORDS)
    assert posted.status_code == (302 if status == 200 else status)
    assert Analysis.objects.exists() == (status == 200)


@pytest.mark.parametrize("typed", ["", "   ", "x" * 4001])
def test_empty_and_overlong_text_is_refused_by_the_field_and_kept(cast, sign_in, typed):
    response = post(sign_in(cast.head), cast.service, typed)
    text = one_line(response)
    assert response.status_code == 200
    assert "There is a problem" in text
    assert typed.strip() in text
    assert not Analysis.objects.exists()


def test_wrong_dates_in_the_address_are_not_found(cast, sign_in):
    address = reverse("reports:analysis", args=[cast.service.pk], query={"from": "soon"})
    assert sign_in(cast.head).get(address).status_code == 404


def test_text_with_emoji_markup_and_line_breaks_is_shown_as_typed(cast, audits, sign_in):
    post(sign_in(cast.head), cast.service, "Good \U0001f44d <script>alert(1)</script>\r\n\r\n=SUM(A1)")
    text = page(cast.head, "reports:self_evaluation", **QUARTER.query).content.decode()
    assert "Good \U0001f44d &lt;script&gt;alert(1)&lt;/script&gt;\n\n=SUM(A1)" in text


def test_history_holds_who_and_when_and_not_the_words(cast, audits, sign_in):
    post(sign_in(cast.head), cast.service, WORDS)
    event = Event.objects.filter(action="analysis written").get()
    assert (event.actor_name, event.service_id) == ("Hana Head", cast.service.pk)
    assert WORDS not in str(event.changes)

"""A head of service puts their own words in place of the drafted sentence."""

from datetime import date

import pytest
from django.urls import reverse

from qa_audit.common.versions import ChangedMeanwhile
from qa_audit.history.models import Event
from qa_audit.reports.analysis import write_analysis
from qa_audit.reports.models import Analysis
from qa_audit.reports.period import Period
from qa_audit.reports.self_evaluation import SelfEvaluation
from tests.reports.conftest import add_audits, page, scope_of, spread

QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))
WORDS = "Practice is steady; supervision is where we put our effort."


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
    text = page(cast.leader, "reports:self_evaluation", **QUARTER.query).content.decode()
    assert WORDS in text
    assert "Written by Hana Head on 12 May 2026" in text
    assert "From the figures: The standard of work was judged consistently good (n = 12)." in text


def test_form_shows_the_drafted_sentence_and_what_stands(cast, audits, sign_in):
    post(sign_in(cast.head), cast.service, WORDS)
    text = page(cast.head, "reports:analysis", cast.service.pk, **QUARTER.query).content.decode()
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
    text = response.content.decode()
    assert "By the QA lead." in text
    assert "By the head." in text
    assert Analysis.objects.get().text == "By the QA lead."
    assert post(sign_in(cast.head), cast.service, "By both.", version=1).status_code == 302
    assert Analysis.objects.get(is_current=True).text == "By both."


def test_action_refuses_a_version_that_is_not_the_current_one(cast):
    write_analysis(service=cast.service, period=QUARTER, text="One.", version=0, by=cast.head)
    with pytest.raises(ChangedMeanwhile):
        write_analysis(service=cast.service, period=QUARTER, text="Two.", version=7, by=cast.head)


def test_words_about_the_year_to_date_stay_as_the_year_goes_on(cast, sign_in, frozen_clock):
    add_audits(cast.service, cast.team, spread(0, 12, 0, 0))
    today = Period(date(2026, 1, 1), date(2026, 5, 12))
    post(sign_in(cast.head), cast.service, WORDS, period=today)
    frozen_clock.move_to("2026-06-30T10:00:00+01:00")
    assert SelfEvaluation(scope_of(cast.head, first="", last="")).rows[0].analysis == WORDS
    other = SelfEvaluation(scope_of(cast.head, first="2026-01-01", last="2026-05-31")).rows[0]
    assert other.own_words is None


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
    text = response.content.decode()
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

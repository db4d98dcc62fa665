"""How long a session lasts, and what an htmx request hears when it is over."""

import pytest

from qa_audit.history.models import Event

pytestmark = pytest.mark.django_db

MINUTE = 60


@pytest.fixture
def browser(cast, sign_in):
    client = sign_in(cast.auditor)
    assert client.get("/people/you/").status_code == 200
    return client


def is_signed_in(browser) -> bool:
    return browser.get("/people/you/").status_code == 200


def test_idle_for_half_an_hour_is_signed_out_with_a_reason(browser, frozen_clock):
    frozen_clock.shift(30 * MINUTE + 20)
    page = browser.get("/people/you/", follow=True)
    assert page.redirect_chain[0][0] == "/account/login/?next=/people/you/"
    assert "You were signed out because the time was up" in page.content.decode()
    assert Event.objects.get().reason == "The time was up"


def test_activity_within_half_an_hour_keeps_the_session(browser, frozen_clock):
    for _ in range(5):
        frozen_clock.shift(29 * MINUTE)
        assert is_signed_in(browser)


def test_the_warnings_button_and_typing_count_as_activity(browser, frozen_clock):
    frozen_clock.shift(29 * MINUTE)
    assert browser.post("/people/stay/").status_code == 204
    frozen_clock.shift(29 * MINUTE)
    assert is_signed_in(browser)


def test_activity_of_the_last_seconds_before_a_pause_counts(browser, frozen_clock):
    frozen_clock.shift(10)
    assert is_signed_in(browser)
    frozen_clock.shift(30 * MINUTE)
    assert is_signed_in(browser)


def test_ten_hours_end_a_session_however_busy(browser, frozen_clock):
    for _ in range(24):
        frozen_clock.shift(24 * MINUTE)
        assert is_signed_in(browser)
    frozen_clock.shift(25 * MINUTE)
    assert not is_signed_in(browser)


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"X-Autosave": "1"}])
def test_script_that_asks_when_signed_out_hears_401_and_is_not_redirected(db, client, headers):
    response = client.post("/people/stay/", headers=headers)
    assert response.status_code == 401
    assert "Location" not in response.headers


def test_script_that_asks_after_the_time_is_up_hears_401(browser, frozen_clock):
    frozen_clock.shift(31 * MINUTE)
    assert browser.post("/people/stay/", headers={"HX-Request": "true"}).status_code == 401


def test_session_is_written_at_most_every_quarter_minute(browser, frozen_clock):
    is_signed_in(browser)
    before = browser.session["active_at"]
    frozen_clock.shift(5)
    is_signed_in(browser)
    assert browser.session["active_at"] == before
    frozen_clock.shift(15)
    is_signed_in(browser)
    assert browser.session["active_at"] > before


def test_page_tells_the_script_how_long_until_idle(browser):
    page = browser.get("/people/you/").content.decode()
    assert 'data-idle-seconds="1800"' in page
    assert 'data-stay="/people/stay/"' in page

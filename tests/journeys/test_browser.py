"""The browser itself: what the other journeys take for granted."""

from django.urls import reverse


def test_styles_and_scripts_really_load(open_browser, cast):
    page = open_browser(cast.auditor)

    page.goto(reverse("home:index"))

    loaded = {url.rpartition("/")[2]: status for status, url in page.watch.answered}
    for file in ("govuk-frontend.min.css", "sight.css", "govuk-frontend.min.js", "sight.js", "htmx-2.min.js"):
        assert loaded.get(file) == 200, loaded
    header = page.locator("header").evaluate("header => getComputedStyle(header).backgroundColor")
    assert header == "rgb(20, 48, 77)"
    assert page.locator("body.govuk-frontend-supported").count() == 1


def test_a_window_tells_of_what_the_content_policy_refuses(open_browser, cast):
    page = open_browser(cast.auditor)
    page.goto(reverse("home:index"))

    page.evaluate(
        "document.body.append(Object.assign(document.createElement('img'), {src: 'http://x.invalid/'}))"
    )
    page.wait_for_function("document.images.length > 1")
    page.wait_for_timeout(200)

    assert any("Content Security Policy" in problem for problem in page.watch.problems)
    page.watch.problems.clear()


def test_a_window_tells_of_an_answer_that_is_an_error(open_browser, cast):
    page = open_browser(cast.auditor)

    page.goto(reverse("people:list"))

    assert [problem.partition(":")[0] for problem in page.watch.problems] == ["Answered 403"]
    page.watch.problems.clear()

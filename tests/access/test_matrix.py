"""Every URL with every role, our rows and others', by seven methods: nobody gets what is not theirs."""

import re
from collections import Counter
from datetime import date
from html.parser import HTMLParser
from itertools import product

import pytest
import time_machine
from django.template.backends.django import Template
from django.urls import reverse

from qa_audit.audits.models.audit import FROM_SHARED, Audit
from qa_audit.learning.models import LearningReview
from qa_audit.policy import POLICY
from qa_audit.reports.catalogue import REPORTS
from tests.access.asking import (
    METHODS,
    WHO,
    SteadyBrowser,
    address,
    all_urls,
    allowed_letters,
    cells,
    routes,
    text_of,
    undone,
    who_sees,
)
from tests.access.expected import EXPECTED, MEETS, MUST_NOT_MEET, OURS_REFUSED, QUERIES, SEES
from tests.access.world import World
from tests.conftest import NOW

NOT_OURS = ("beside", "others")
LONG_AGO = date(2019, 1, 1)
REFERENCE = r"\b[AL]-20\d\d-\d{4}"
TEXT = re.compile(r"(?:OURS|BESIDE|CANARY)-\w+")


@pytest.fixture
def _no_bodies(monkeypatch):
    """Pages are not drawn: HEAD sends none of them, and GET of the same page is searched."""
    monkeypatch.setattr(Template, "render", lambda self, context=None, request=None: "")


def references(side: dict) -> set[str]:
    records = [*side["audits"].values(), side["review"], side["open_review"], side["notice"]]
    return {record.reference for record in records}


@pytest.fixture
def forbidden(world) -> dict[str, re.Pattern]:
    """By person what no answer may hold: the texts, and the references of records not even to be known of."""
    early = {audit.reference for state, audit in world.ours["audits"].items() if state not in FROM_SHARED}
    open_review, review = world.ours["open_review"].reference, world.ours["review"].reference
    beside, others = references(world.beside), references(world.others)
    unknown = {
        "A": beside | others,
        "M": beside | others | early | {open_review, review},
        "H": others | {open_review, world.beside["open_review"].reference},
    }
    # These meet no record at all.
    texts = MUST_NOT_MEET | {who: f"{MUST_NOT_MEET[who]}|{REFERENCE}" for who in ("N", "D", "-")}
    return {who: re.compile("|".join([texts[who], *unknown.get(who, ())])) for who in WHO}


def expected_status(name: str, side: str, letter: str, method: str) -> int:
    """The refusal that the design asks for; 0 where it asks that the page opens."""
    allowed = allowed_letters(name, method)
    if "*" in allowed:
        return 0
    if not letter and "*" not in "".join(EXPECTED[name].values()):
        return 302
    if not allowed:
        return 405
    if "+" not in allowed and letter not in allowed:
        return 403
    refused = OURS_REFUSED.get(name, {}).get(letter, 0)
    if side != "ours":
        # Who sees theirs, too, is refused as on ours what nobody does in that state.
        return (refused if refused == 403 else 0) if letter in who_sees(name, side) else 404
    return refused


def check(response, tables: set[str], name: str, side: str, letter: str, method: str) -> bool:
    """The answer is the expected one, and nothing is written that may not be. Out: whether it was opened."""
    status, expected = response.status_code, expected_status(name, side, letter, method)
    where = f"{method} {name} of {side} as {letter or 'nobody'} gave {status}, not {expected or 'the page'}"
    # 409 and 422: the page, with what is wrong in what was sent.
    assert status == expected if expected else status in (200, 204, 302, 409, 422), where
    if expected or method != "POST":
        assert not tables, f"{where} and wrote {tables}"
    return not expected


def test_matrix_is_as_wide_as_promised():
    assert sum(1 for method in METHODS for _ in cells(method)) > 3000
    assert {cell[3] for cell in cells("GET")} == set(WHO)
    assert {cell[2] for cell in cells("GET")} == {"ours", *SEES}


def test_expected_table_is_as_wide_as_the_policy():
    assert set(EXPECTED) == set(POLICY)
    assert {name for name, _ in routes()} == set(POLICY)
    for name, methods in EXPECTED.items():
        assert set(POLICY[name]) == set(methods), name


def test_every_route_is_in_the_policy_or_does_not_exist_for_anybody(browsers):
    """allauth's other routes are 404 for the most powerful of us; every route of ours is in the policy."""
    refused = 0
    for name, pattern, _parameters in all_urls():
        if name in POLICY:
            continue
        assert pattern.startswith("account/"), f"{name or pattern} has no line in the policy"
        url = "/" + re.sub(r"\(\?P<\w+>[^)]*\)|<[^>]*>", "1", pattern.replace("^", "")).removesuffix("$")
        assert browsers["Q"].ask("GET", url).status_code == 404, f"{name} {url}"
        assert browsers["Q"].ask("POST", url).status_code == 404, f"{name} {url}"
        refused += 1
    assert refused > 5


def test_pages_and_files_open_for_their_roles_and_hold_no_text_of_others(world, browsers, forbidden):
    """The code, the tables written, every body and file, and every link on a page."""
    met: dict[str, set[str]] = {letter: set() for letter in WHO}
    links: dict[str, dict[str, str]] = {letter: {} for letter in WHO}
    asked: dict[str, Counter] = {letter: Counter() for letter in WHO}
    for name, parameters, side, letter in cells("GET"):
        url = address(name, parameters, world, side)
        for query in queries(name, world):
            with undone() as tables:
                response = browsers[letter].ask("GET", url + query)
            is_open = check(response, tables, name, side, letter, "GET")
            asked[letter][url] += 1
            if response.status_code == 200:
                met[letter] |= assert_no_text_of_others(response, forbidden[letter], letter, f"{url}{query}")
                if side == "ours":
                    links[letter] |= dict.fromkeys(links_of(response), name)
            if not is_open:
                break
    for letter, texts in MEETS.items():
        assert texts <= met[letter], f"{letter} was not shown {texts - met[letter]}"
    for letter in WHO:
        follow(browsers[letter], links[letter], asked[letter], letter)


def test_no_report_file_holds_text_of_others(world, browsers, forbidden):
    for letter, report in product("AMHLN", REPORTS):
        for query in ("?from=2021-01-01&to=2026-12-31", "?format=csv"):
            with undone():
                response = browsers[letter].ask("GET", reverse("reports:export", args=[report]) + query)
            assert response.status_code == 200
            assert_no_text_of_others(response, forbidden[letter], letter, f"{report}{query}")


@pytest.mark.parametrize(("letter", "not_theirs"), [("A", NOT_OURS), ("M", NOT_OURS), ("H", ("others",))])
def test_figures_stay_the_same_without_the_rows_of_others(world, browsers, letter, not_theirs):
    """To prove that the rows are looked for at all, the QA lead's figures change."""
    with time_machine.travel(NOW, tick=False):
        before = {who: figures(browsers[who]) for who in (letter, "Q")}
        for side in (getattr(world, name) for name in not_theirs):
            rows = [audit.pk for audit in side["audits"].values()]
            Audit.objects.filter(pk__in=rows).update(audited_on=LONG_AGO)
            LearningReview.objects.filter(pk=side["review"].pk).update(completed_on=LONG_AGO)
        after = {who: figures(browsers[who]) for who in (letter, "Q")}
    for report in REPORTS:
        assert after[letter][report] == before[letter][report], f"{report} as {letter}"
        assert after["Q"][report] != before["Q"][report], f"{report} as Q"


def figures(browser: SteadyBrowser) -> dict[str, bytes]:
    """Every report's file."""
    urls = {report: reverse("reports:export", args=[report]) for report in REPORTS}
    return {report: browser.get(url, {"format": "csv"}).content for report, url in urls.items()}


@pytest.mark.parametrize("method", METHODS[2:])
def test_sending_reaches_only_what_is_theirs_and_writes_nothing_else(world, browsers, forbidden, method):
    for name, parameters, side, letter in cells(method):
        with undone() as tables:
            response = browsers[letter].ask(method, address(name, parameters, world, side))
        check(response, tables, name, side, letter, method)
        if response.status_code == 200:
            assert_no_text_of_others(response, forbidden[letter], letter, f"{method} {name} of {side}")


@pytest.mark.usefixtures("_no_bodies")
def test_head_opens_what_get_opens_and_writes_nothing(world, browsers):
    for name, parameters, side, letter in cells("HEAD"):
        with undone() as tables:
            response = browsers[letter].ask("HEAD", address(name, parameters, world, side))
        check(response, tables, name, side, letter, "HEAD")


def queries(name: str, world: World) -> list[str]:
    """What is asked of the page: its plain address, or those of QUERIES."""
    numbers = {
        "service": world.others["service"].pk,
        "team": world.others["team"].pk,
        "ours": world.ours["service"].pk,
    }
    return [f"?{query.format(**numbers)}" if query else "" for query in QUERIES.get(name, ("",))]


def assert_no_text_of_others(response, forbidden: re.Pattern, letter: str, where: str) -> set[str]:
    """Nothing stands in the answer that the person may not read. Out: the texts that do."""
    text = text_of(response)
    found = forbidden.search(text)
    around = found and text[max(found.start() - 200, 0) : found.end() + 50]
    assert not found, f"{where} as {letter or 'nobody'} holds {found.group()}: {around}"
    return set(TEXT.findall(text))


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attributes):
        href = dict(attributes).get("href") or ""
        # The page holds a hidden way to sign in again, for when the session has ended.
        if tag == "a" and href.startswith("/") and href != reverse("account_login"):
            self.found.append(href.split("#")[0])


def links_of(response) -> list[str]:
    if "html" not in response.headers["Content-Type"]:
        return []
    links = Links()
    links.feed(response.content.decode())
    return links.found


def follow(browser: SteadyBrowser, links: dict[str, str], asked: Counter, letter: str) -> None:
    """Every page that is linked to answers: of the many addresses of one page (sorted, narrowed) two."""
    for href, name in links.items():
        path = href.split("?")[0]
        if asked[path] >= 2 or (asked[path] and path == href):
            continue
        asked[path] += 1
        with undone():
            status = browser.ask("GET", href).status_code
        assert status in (200, 302), f"{href} on {name} as {letter} gave {status}"

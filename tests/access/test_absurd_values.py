"""Whatever stands in an address, the answer is a page or a refusal, never a fault of ours."""

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode

from qa_audit.policy import POLICY
from tests.access.asking import address, all_urls, allowed_letters, undone

BEYOND_64_BITS = str(10**30)
# The worst first: each name gets these alone.
WORST = ["-1", BEYOND_64_BITS, "\0", "x"]
ABSURD = [
    *WORST,
    "0",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "1e400",
    "NaN",
    "Infinity",
    "²",
    "١٢",
    "9" * 5000,
    "2026-13-45",
    "0000-00-00",
    "0001-01",
    "9999-12",
    "9999-12-31",
    "0001-01-01",
    "10000-01-01",
    "31/12/9999",
    "31 2 2026",
    "<script>alert(1)</script>",
    "%",
    "_",
    "\\",
    "'; DROP TABLE x; --",
    "good.__class__",
    "-pk",
    "state__name",
    "a" * 10_000,
    "\u202e\ufeff",
    "a\r\nSet-Cookie: b=c",
]
PAGES = [(name, parameters) for name, _, parameters in all_urls() if name in POLICY and "GET" in POLICY[name]]
WITH_NUMBERS = [
    (name, pattern, parameters) for name, pattern, parameters in all_urls() if name in POLICY and parameters
]


class Watched(QueryDict):
    """Remembers which names the page looks for."""

    names: set[str] = set()

    def get(self, key, default=None):
        self.names.add(key)
        return super().get(key, default)

    def getlist(self, key, default=None):
        self.names.add(key)
        return super().getlist(key, default)

    def __getitem__(self, key):
        self.names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key):
        self.names.add(key)
        return super().__contains__(key)


@pytest.fixture
def looked_for(monkeypatch) -> set[str]:
    names: set[str] = set()
    monkeypatch.setattr(Watched, "names", names)
    watched = cached_property(lambda self: Watched(self.META.get("QUERY_STRING", "")))
    watched.__set_name__(WSGIRequest, "GET")
    monkeypatch.setattr(WSGIRequest, "GET", watched)
    return names


@pytest.mark.parametrize(("name", "parameters"), PAGES, ids=[name for name, _ in PAGES])
def test_absurd_values_are_never_a_fault(world, browsers, looked_for, name, parameters):
    letter = next(iter(allowed_letters(name, "GET").strip("*+")), "Q")
    url, browser = address(name, parameters, world, "ours"), browsers[letter]
    with undone():
        browser.ask("GET", url)
    names = sorted(looked_for | {"page", "per_page", "sort"})
    # Pages that look for nothing get the worst alone: to ask them thirty times tells no more.
    queries = [dict.fromkeys(names, value) for value in (ABSURD if looked_for else WORST)]
    queries += [{one: value} for one in sorted(looked_for) for value in WORST]
    for query in queries:
        with undone():
            response = browser.ask("GET", f"{url}?{urlencode(query)}")
        assert response.status_code < 500, query
    # Not even text at all.
    with undone():
        broken = "&".join(f"{one}=%ff%fe" for one in names)
        assert browser.ask("GET", f"{url}?{broken}").status_code < 500


@pytest.mark.parametrize(
    ("name", "pattern", "parameters"), WITH_NUMBERS, ids=[name for name, _, _ in WITH_NUMBERS]
)
def test_numbers_beyond_the_database_in_an_address_are_not_found(world, browsers, name, pattern, parameters):
    method = "GET" if "GET" in POLICY[name] else "POST"
    letter = next(iter(allowed_letters(name, method).strip("*+")), "Q")
    for absurd in (BEYOND_64_BITS, "9223372036854775808", "9" * 400):
        given = dict.fromkeys(parameters, absurd)
        try:
            url = reverse(name, kwargs=given)
        except NoReverseMatch:  # an address of another shape
            continue
        with undone():
            assert browsers[letter].ask(method, url).status_code in (302, 403, 404, 405, 200), url

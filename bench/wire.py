"""What a browser fetches, in bytes as they travel: pages of the server that production runs, compressed."""

import gzip
import re
from collections.abc import Iterator
from html import unescape

from django.conf import settings
from django.test import Client
from django.urls import reverse

from bench.data import A_YEAR, Council
from bench.measure import Goal, Row
from bench.pages import client_for
from bench.server import fetched, production_server
from qa_audit.audits.models.audit import Audit

# What a browser fetches of its own accord for a page: styles, scripts, modules, pictures.
FETCHED = (
    r'<link rel="(?:stylesheet|icon|modulepreload)"[^>]*href="([^"]+)"',
    r'<script[^>]* src="([^"]+)"',
    r'<img src="([^"]+)"',
)


def rows(council: Council, audits: list[Audit]) -> Iterator[Row]:
    """The heaviest first visit and the heaviest later one, of the pages that people open most."""
    year = f"?from={A_YEAR[0]}&to={A_YEAR[1]}"
    lead, writer = client_for(council.lead), client_for(audits[0].auditor)
    seen = [
        (lead, reverse("home:index")),
        (lead, reverse("audits:list")),
        (lead, reverse("reports:self_evaluation") + year),
        (lead, reverse("reports:answers") + year),
        (writer, reverse("audits:fill", args=[audits[0].reference])),
        (writer, reverse("audits:page", args=[audits[0].reference, council.domains[0].concept.key])),
    ]
    with production_server() as port:
        visits = [_visit(port, client, address) for client, address in seen]
        asked_again = _asked_again(port, *seen[0])
    yield _most("First visit: on the wire", [sum(sizes.values()) / 1024 for sizes in visits], "kB", 75)
    yield _most("First visit: requests", [len(sizes) for sizes in visits], "", 13)
    yield _most("Later visits: on the wire", [sizes[""] / 1024 for sizes in visits], "kB", 15)
    yield Row("Later visits: requests", 1 + asked_again, "", Goal(at_most=1))


def _most(name: str, figures: list[float], unit: str, at_most: float) -> Row:
    return Row(f"{name}, the most of {len(figures)} pages", max(figures), unit, Goal(at_most=at_most))


def _page(port: int, client: Client, address: str) -> tuple[bytes, str]:
    """The page as it travelled, and as it reads."""
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    status, body, headers = fetched(port, address, session)
    assert status == 200, f"{address} answers {status}"
    return body, (gzip.decompress(body) if headers["Content-Encoding"] == "gzip" else body).decode()


def _parts(page: str) -> set[str]:
    return {unescape(address) for pattern in FETCHED for address in re.findall(pattern, page)}


def _visit(port: int, client: Client, address: str) -> dict[str, int]:
    """Bytes by address; the page itself stands under ""."""
    body, page = _page(port, client, address)
    return {"": len(body)} | {part: len(fetched(port, part)[1]) for part in _parts(page)}


def _asked_again(port: int, client: Client, address: str) -> int:
    """How many parts of a page the browser may not keep for good."""
    _, page = _page(port, client, address)
    caching = [fetched(port, part)[2]["Cache-Control"] or "" for part in _parts(page)]
    return sum("immutable" not in words for words in caching)

"""32 people who save one answer a second each, against the server that production runs."""

import http.client
import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import quantiles
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from bench.measure import Goal, Row
from bench.pages import client_for
from bench.server import CSRF, HOST, SESSION, production_server
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.sheet.places import mark


@dataclass
class Writer:
    """One person and what came of their saves."""

    audit: Audit
    entry: str
    waits: list[float] = field(default_factory=list)
    errors: int = 0
    stored: str = ""

    def __post_init__(self):
        token = secrets.token_hex(16)
        session = client_for(self.audit.auditor).cookies[settings.SESSION_COOKIE_NAME].value
        self.headers = {
            "Cookie": f"{SESSION}={session}; {CSRF}={token}",
            "X-CSRFToken": token,
            "X-Autosave": "1",
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def write(self, port: int, begins: float, seconds: int) -> None:
        """A save each second. A wait counts from when it was due: a late one makes nobody look fast."""
        for due in (begins + number for number in range(seconds)):
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                self._save(port, f"Seen alone, and {due:.0f} words later.")
            except (OSError, http.client.HTTPException, ValueError):
                self.errors += 1
            self.waits.append(time.monotonic() - due)

    def _save(self, port: int, value: str) -> None:
        sent = {"field": self.entry, "value": value, "version": mark(self.stored)}
        connection = http.client.HTTPConnection(HOST, port, timeout=30)
        connection.request(
            "POST", reverse("audits:save", args=[self.audit.reference]), urlencode(sent), self.headers
        )
        response = connection.getresponse()
        answer = json.loads(response.read())
        connection.close()
        if response.status != 200 or answer["version"] != mark(value):
            raise ValueError(answer)
        self.stored = value


def rows(audits: list[Audit], domain_pk: int, seconds: int) -> list[Row]:
    writers = [Writer(audit, f"evidence-{domain_pk}") for audit in audits]
    with production_server() as port, ThreadPoolExecutor(len(writers)) as pool:
        begins = time.monotonic() + 0.5
        spread = [begins + place / len(writers) for place in range(len(writers))]
        list(pool.map(lambda writer, at: writer.write(port, at, seconds), writers, spread))
    waits = [wait for writer in writers for wait in writer.waits]
    first, others = [writer.waits[0] for writer in writers], [max(writer.waits[1:]) for writer in writers]
    name = f"{len(writers)} writers, a save a second each, {seconds} s"
    return [
        Row(f"{name}: errors in {len(waits):,} saves", sum(one.errors for one in writers), "", Goal(0)),
        Row(f"{name}: 95 of 100 wait at most", 1000 * quantiles(waits, n=100)[94], "ms", Goal(100)),
        Row(f"{name}: the longest wait in the first second", 1000 * max(first), "ms"),
        Row(f"{name}: the longest wait after it", 1000 * max(others), "ms", Goal(300)),
    ]

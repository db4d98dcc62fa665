"""The server that production runs, without the proxy before it, on the benchmark's database."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings

HOST = "127.0.0.1"
STARTS_WITHIN = 60
# The names that cookies have there.
SESSION, CSRF = "__Host-session", "__Host-csrf"


@contextmanager
def production_server() -> Iterator[int]:
    """gunicorn with two workers for each core, less one, in production's settings; gives its port."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DEBUG": "",
        "SECRET_KEY": settings.SECRET_KEY,
        "ALLOWED_HOSTS": HOST,
        "SECURE_SSL_REDIRECT": "0",
        "SECOND_FACTOR_REQUIRED": "0",
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, check=True, env=environment, cwd=settings.BASE_DIR)
    workers = str(2 * (os.cpu_count() or 1) - 1)
    command = [sys.executable, "-m", "gunicorn", "qa_audit.wsgi", "--bind", f"{HOST}:{port}"]
    command += ["--workers", workers]
    server = subprocess.Popen([*command, "--log-level", "warning"], env=environment, cwd=settings.BASE_DIR)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        with suppress(OSError):
            if fetched(port, "/health/live")[0] == 200:
                return
        time.sleep(0.2)
    raise TimeoutError(f"The server did not start within {STARTS_WITHIN} seconds")


def fetched(port: int, address: str, session: str = "") -> tuple[int, bytes, http.client.HTTPMessage]:
    """Status, body as it travelled, and headers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    headers = {"Accept-Encoding": "gzip", "Cookie": f"{SESSION}={session}" if session else ""}
    connection.request("GET", address, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body, response.headers

"""A database made by an earlier version, brought up to date with its data and its history.

Each landing adds what `scripts/dump_demonstration.py` keeps of it; none is ever made anew.
"""

import csv
import lzma
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

FOLDER = Path(__file__).parent
KEPT_FOR = {"sqlite": ".sqlite3.xz", "postgresql": ".sql.xz"}
NAMES = sorted(path.name.split(".")[0] for path in FOLDER.glob(f"*{KEPT_FOR[connection.vendor]}"))
# Printed by `manage.py shell` in the upgraded database, so that no test database is in its way.
HEAD = (
    "from qa_audit.history.models import ChainHead as H; h = H.objects.get(); print(f'{h.sequence}:{h.hash}')"
)
ROWS = """
from django.apps import apps
from django.db import connection
tables = set(connection.introspection.table_names())
for model in apps.get_models():
    if model._meta.app_label in ("qa_audit", "kpi") and model._meta.db_table in tables:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT COUNT(*) FROM "{model._meta.db_table}"')
            print(model._meta.db_table, cursor.fetchone()[0])
"""
PAGES = """
from django.test import Client
from qa_audit.people.models import User
for who in ("auditor", "manager", "head", "qalead", "leader", "analyst", "admin"):
    browser = Client()
    browser.force_login(User.objects.get(email=f"{who}@demo.example"))
    print(who, browser.get("/").status_code)
"""
# The demonstration's steps are all open: two of them end, as the earlier version stored it.
END_STEPS = """
from django.db import connection
with connection.cursor() as cursor:
    for pk, status in ((1, 'done'), (2, 'dropped')):
        cursor.execute(
            "UPDATE kpi_actionstep SET status = %s, outcome = %s, ended_on = '2026-05-12' WHERE id = %s",
            [status, f'What came of {pk}', pk],
        )
"""
ACTIONS = """
from kpi.commentary.models import ActionStep
for step in ActionStep.objects.order_by("pk"):
    action = step.action
    how = f"{action.state} {action.get_closed_as_display()} {action.closed_on} {action.outcome}"
    print(how, [one.action for one in action.events], bool(action.text and action.owner_role))
action.pk = None
action.save()
print(action.pk, action.events.exists())
"""
ENDED_ACTIONS = [
    "closed Done, not verified 2026-05-12 What came of 1 ['action step added'] True",
    "closed No longer needed 2026-05-12 What came of 2 ['action step added'] True",
    "open  None  ['action step added'] True",
    # The next action takes no step's number, and none of its history.
    "4 False",
]


class Upgraded:
    """The commands of this version, on the database of an earlier one."""

    def __init__(self, url: str):
        self.url = url

    def run(self, *arguments: str) -> str:
        """What the command prints. Fails the test when the command does."""
        environment = os.environ | {"DATABASE_URL": self.url, "DEBUG": "1", "PYTHONWARNINGS": "ignore"}
        done = subprocess.run(
            [sys.executable, settings.BASE_DIR / "manage.py", *arguments],
            env=environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, code: str) -> list[str]:
        return self.run("shell", "--no-imports", "-c", code).split("\n")[:-1]


@pytest.fixture
def earlier(request, tmp_path, django_db_blocker):
    """The earlier version's database, as it was kept."""
    content = lzma.decompress((FOLDER / f"{request.param}{KEPT_FOR[connection.vendor]}").read_bytes())
    if connection.vendor == "sqlite":
        path = tmp_path / "earlier.sqlite3"
        path.write_bytes(content)
        yield Upgraded(f"sqlite:///{path}")
        return
    name = f"earlier_{os.getpid()}"
    url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        load = ["psql", "--quiet", "--set", "ON_ERROR_STOP=1", url]
        subprocess.run(load, input=content, check=True, stdout=subprocess.DEVNULL)
        yield Upgraded(url)
    finally:
        with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_there_is_an_earlier_version():
    assert "2026-11-two-floors" in NAMES


@pytest.mark.parametrize("earlier", NAMES, indirect=True)
def test_database_of_an_earlier_version_upgrades_with_its_data(earlier, tmp_path):
    head, rows = earlier.ask(HEAD)[0], dict(line.split() for line in earlier.ask(ROWS))
    assert int(rows["qa_audit_audit"]) > 500

    # Versions before actions had steps, each with its status.
    had_steps = "qa_audit_action" not in rows
    if had_steps:
        earlier.ask(END_STEPS)
    earlier.run("migrate", "--verbosity", "0")
    earlier.run("migrate", "--check", "--verbosity", "0")

    # What was on record is there word for word: the head of before is a link of the chain.
    assert "History is whole" in earlier.run("verify_history", "--expect", head)
    after = dict(line.split() for line in earlier.ask(ROWS))
    assert {table: after[table] for table in rows} == rows
    assert all(line.endswith(" 200") for line in earlier.ask(PAGES))
    # A step that was done is a closed action that nobody verified, with its outcome and its history.
    assert not had_steps or earlier.ask(ACTIONS) == ENDED_ACTIONS

    file = tmp_path / "self-evaluation.csv"
    earlier.run(
        "export_report", "self-evaluation", "--from", "2021-01-01", "--to", "2021-12-31", "--out", str(file)
    )
    total = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))[-1]
    counts = ("Thematic / individual audits", "Managers audits", "Learning reviews", "Total")
    assert [total[name] for name in counts] == ["430", "25", "14", "469"]
    assert "already loaded" in earlier.run("demo")

"""What somebody tries who means harm: rows of others, crafted queries, live text, forged requests."""

import csv
import io
import re
import zipfile
from itertools import product

from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from qa_audit.audits.actions.kept import MOST_PER_AUDIT, token_for
from qa_audit.audits.models.answers import KeptText
from qa_audit.audits.models.audit import Audit, State
from qa_audit.findings.models import Finding
from qa_audit.history.models import Event
from qa_audit.people.models import Role
from qa_audit.policy import POLICY
from qa_audit.reports.catalogue import REPORTS
from qa_audit.reports.models import Analysis
from tests.access.asking import address, allowed_letters, cells, routes, text_of, undone
from tests.access.expected import EXPECTED
from tests.conftest import client_for
from tests.factories import ToolVersionFactory, give_role
from tests.factories.people import PASSWORD

LIVE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"
FORMULA = '=HYPERLINK("https://elsewhere.example";"open")'
ELSEWHERE = [
    "https://elsewhere.example/",
    "//elsewhere.example/",
    "/\\elsewhere.example/",
    "javascript:alert(1)",
]
FILES = [
    ("audits:export", [], ""),
    ("home:findings_download", [], ""),
    ("learning:download", [], ""),
    *(("reports:export", [name], f"?format={kind}") for name, kind in product(REPORTS, ("xlsx", "csv"))),
]


# --- Rows under wrong addresses


def test_finding_of_another_record_is_not_found_under_ones_own(world, browsers):
    theirs = world.others["audits"][State.AGREED].audit_findings.first()
    mine = world.ours["audits"][State.IN_PROGRESS].reference
    for name, method in product(("change_finding", "remove_finding"), ("GET", "POST")):
        url = reverse(f"audits:{name}", args=[mine, theirs.pk])
        assert browsers["A"].ask(method, url).status_code == 404
    review_finding = world.others["review_finding"].finding_id
    for name in ("change_finding", "remove_finding"):
        url = reverse(f"learning:{name}", args=[world.ours["open_review"].reference, review_finding])
        assert browsers["A"].ask("POST", url).status_code == 404
    assert Finding.objects.get(pk=theirs.finding_id).text == "Finding CANARY-agreed"
    assert Finding.objects.filter(pk=review_finding).exists()


def test_answer_of_another_tool_is_not_saved(world):
    other = ToolVersionFactory().domains.first().questions.first()
    audit = world.ours["audits"][State.IN_PROGRESS]
    answer = client_for(world.people["A"]).post(
        reverse("audits:save", args=[audit.reference]), {"field": f"answer-{other.pk}", "value": "yes"}
    )
    assert answer.status_code == 404
    assert not audit.answers.filter(question=other).exists()


def test_what_no_form_asks_for_is_not_saved(world):
    audit = world.ours["audits"][State.IN_PROGRESS]
    fields = ("state", "auditor_id", "moderator_id", "agreed_at", "is_imported", "kind", "first_grade")
    browser, before = client_for(world.people["A"]), Audit.objects.values(*fields).get(pk=audit.pk)
    for page, field in product(("header", "all", "save"), (*fields, "auditor", "moderator")):
        sent = {**dict.fromkeys(fields, "agreed"), "field": field, "value": "agreed"}
        browser.post(reverse(f"audits:{page}", args=[audit.reference]), sent)
    assert Audit.objects.values(*fields).get(pk=audit.pk) == before


def test_case_of_another_service_is_searched_in_vain(world):
    for letter in "AMH":
        page = client_for(world.people[letter]).post(
            reverse("audits:search"), {"case_reference": "CANARY-agreed-CASE"}
        )
        assert world.others["audits"][State.AGREED].reference not in page.content.decode()
    page = client_for(world.people["Q"]).post(
        reverse("audits:search"), {"case_reference": "CANARY-agreed-CASE"}
    )
    assert world.others["audits"][State.AGREED].reference in page.content.decode()


def test_head_who_audits_too_exports_and_writes_for_their_own_services_only(world):
    """An auditor may choose any service in a report's filter: a head gets nothing to write or take by it."""
    head = give_role(world.people["H"], Role.AUDITOR)
    browser, service = client_for(head), world.others["service"]
    offered = browser.get(reverse("reports:hos_summary"))
    assert world.ours["service"].name in offered.content.decode()
    assert service.name not in offered.content.decode()
    assert browser.get(reverse("reports:hos_summary_file"), {"service": service.pk}).status_code == 302
    url = reverse("reports:analysis", args=[service.pk])
    assert browser.get(url).status_code == 404
    assert browser.post(url, {"text": "Not mine to write", "version": 1}).status_code == 404
    assert Analysis.objects.get(service=service).text == "Analysis CANARY-analysis"


# --- Crafted addresses

EXTREMES = ["\0", "-1", "9" * 30, "٣", "0001-01-01", "9999-12-31", "%", LIVE]
NAMES = [
    "service",
    "team",
    "from",
    "to",
    "by",
    "page",
    "sort",
    "kept",
    "grade",
    "theme",
    "domain",
    "question",
]
NAMES += ["answer", "teams", "show", "state", "tool", "kind", "audited_from", "found_to", "case_references"]
NAMES += ["finding_theme", "capacity"]
LISTS = ("audits:list", "audits:export", "audits:add_finding", "audits:kept", "home:", "learning:list")
LISTS += ("learning:download", "notices:list", "people:list", "reports:", "imports:past", "tools:list")


def test_extreme_queries_are_answered_with_a_page(world, browsers):
    """None is an error of the server, and none says its text back as markup."""
    for name, parameters in routes():
        if not name.startswith(LISTS) or "GET" not in EXPECTED[name]:
            continue
        url, who = address(name, parameters, world, "ours"), "Q" if "Q" in EXPECTED[name]["GET"] else "D"
        for value in EXTREMES:
            with undone():
                response = browsers[who].get(url, dict.fromkeys(NAMES, value))
            assert response.status_code < 500, f"{url} {value!r}"
            assert "<script>alert" not in text_of(response), f"{url} says back {value!r}"


def test_extreme_choices_that_are_sent_are_answered_with_a_page(world, browsers):
    """A number beyond 64 bits is in no list, and no error of the server either."""
    asked = 0
    for name, parameters in routes():
        who = next((letter for letter in allowed_letters(name, "POST") if letter in browsers), None)
        if who and ":" in name:
            url, browser = address(name, parameters, world, "ours"), browsers[who]
            with undone():
                fields = set(re.findall(r' name="(\w+)"', text_of(browser.ask("GET", url))))
            for value in ("9" * 30, "-" + "9" * 30, "\0"):
                with undone():
                    response = browser.post(url, dict.fromkeys(fields | {"version"}, value))
                assert response.status_code < 500, f"{url} {value!r}"
            asked += len(fields)
    assert asked > 100


def test_references_that_do_not_exist_are_404(world, browsers):
    for name, reference in product(("audits:detail", "learning:detail"), ("A-2026-9999", "a-2026", "-")):
        assert browsers["Q"].ask("GET", reverse(name, args=[reference])).status_code == 404


# --- Live text


def plant_everywhere(text: str) -> None:
    """The text goes before what stands in every text of every row that has no choices and no unique one."""
    for model in apps.get_app_config("qa_audit").get_models():
        if model.__name__ in ("Event", "ChainHead", "Snapshot", "RoleGrant", "WaitingFile"):
            continue
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
            if is_text and field.name not in NOT_PLANTED and not isinstance(field, models.EmailField):
                room = field.max_length or 4000
                for row in model.objects.exclude(**{field.name: ""}):
                    planted = f"{text}{row.pk}"[:room] if room > len(text) + 5 else None
                    if planted:
                        model.objects.filter(pk=row.pk).update(**{field.name: planted})


# Keys and addresses, which no person types.
NOT_PLANTED = {
    "reference",
    "key",
    "code",
    "password",
    "sha256",
    "creation_token",
    "last_page",
    "path",
    "value",
}


def test_no_text_of_any_row_is_live_on_a_page(world, browsers):
    plant_everywhere(LIVE)
    shown = 0
    for name, parameters, side, letter in cells("GET"):
        if letter not in tuple("AQD") or side != "ours":
            continue
        with undone():
            response = browsers[letter].ask("GET", address(name, parameters, world, side))
        if response.status_code == 200 and "html" in response.headers["Content-Type"]:
            page = response.content.decode()
            assert "<script>alert" not in page, f"{name} as {letter}"
            assert "<img src=x" not in page, f"{name} as {letter}"
            assert not re.search(r"""(href|src|action)=["']?\s*javascript:""", page, re.I), name
            shown += "&lt;script&gt;alert" in page
    assert shown > 50


def test_no_text_of_any_row_is_a_formula_in_a_file(world, browsers):
    plant_everywhere(FORMULA)
    service = world.ours["service"].pk
    shown = 0
    files = [*FILES, ("reports:hos_summary_file", [], f"?service={service}&case_references=on")]
    for name, arguments, query in files:
        with undone():
            response = browsers["Q"].ask("GET", reverse(name, args=arguments) + query)
        assert response.status_code == 200, name
        assert response.headers["Content-Disposition"].startswith("attachment; filename")
        text = assert_no_formula(response.content)
        shown += "HYPERLINK" in text
    assert shown > 10


def assert_no_formula(content: bytes) -> str:
    """No cell runs. Out: the file's text."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as workbook:
            parts = {part: workbook.read(part).decode() for part in workbook.namelist()}
        assert not any(re.search(r"<f[ >]", text) for part, text in parts.items() if "worksheets" in part)
        return "".join(parts.values())
    text = content.decode("utf-8-sig")
    assert not any(
        cell.lstrip().startswith(tuple("=+-@")) for row in csv.reader(io.StringIO(text)) for cell in row
    )
    return text


# --- Forged requests


def test_every_form_refuses_a_request_without_its_token(world):
    before = Event.objects.changes().count()
    for letter in "AQD":
        browser = Client(enforce_csrf_checks=True)
        browser.cookies = client_for(world.people[letter]).cookies
        for name, parameters in routes():
            if "POST" in POLICY[name]:
                url = address(name, parameters, world, "ours")
                assert browser.post(url, {"note": "Forged"}).status_code == 403, f"{name} as {letter}"
    assert Event.objects.changes().count() == before


def test_no_page_leads_to_another_site(cast):
    for page, target in product(("account_login", "account_logout", "account_reauthenticate"), ELSEWHERE):
        browser = Client() if page == "account_login" else client_for(cast.auditor)
        response = browser.post(
            reverse(page), {"login": cast.auditor.email, "password": PASSWORD, "next": target}
        )
        assert response.status_code == 302
        assert response.headers["Location"] in ("/", "/account/login/"), f"{page} to {target}"


def test_request_for_another_host_is_refused(world):
    response = client_for(world.people["D"]).post(
        reverse("people:password_link", args=[world.ours["person"].pk]), headers={"host": "elsewhere.example"}
    )
    assert response.status_code == 400
    assert "elsewhere" not in response.content.decode()


def test_session_from_before_signing_in_is_worth_nothing_after(cast):
    victim = Client()
    victim.get(reverse("account_login"))
    session = victim.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    victim.cookies["sessionid"] = planted
    victim.post(reverse("account_login"), {"login": cast.auditor.email, "password": PASSWORD})
    assert victim.cookies["sessionid"].value != planted
    other = Client()
    other.cookies["sessionid"] = planted
    assert other.get(reverse("people:account")).status_code == 302


def test_form_of_another_person_stores_nothing_for_who_is_signed_in(world):
    """A token says whose form it is: sent by somebody else it keeps no text and changes no audit."""
    audit, before = world.ours["audits"][State.IN_PROGRESS], KeptText.objects.count()
    sent = {"token": token_for(world.people["A"], audit), "grade_reason": "Not mine"}
    url = reverse("audits:all", args=[audit.reference])
    for letter in "MHQLND":
        assert client_for(world.people[letter]).post(url, sent).status_code in (403, 404)
    assert KeptText.objects.count() == before
    audit.refresh_from_db()
    assert audit.grade_reason != "Not mine"


def test_flood_of_kept_text_stops_and_what_is_kept_already_still_grows(world):
    """Signed out, with a valid token, to ever new addresses."""
    audit = world.ours["audits"][State.IN_PROGRESS]
    token, browser = token_for(world.people["A"], audit), Client()
    for number in range(MOST_PER_AUDIT + 10):
        url = reverse("audits:change_finding", args=[audit.reference, number])
        browser.post(url, {"token": token, "text": "First"})
    assert audit.kept_texts.count() == MOST_PER_AUDIT
    first = reverse("audits:change_finding", args=[audit.reference, 1])
    browser.post(first, {"token": token, "text": "Second"})
    assert audit.kept_texts.get(path=first).fields["text"] == ["Second"]


def test_request_longer_than_a_workbook_is_not_read(db):
    response = Client().post(
        reverse("account_login"),
        b"x",
        "multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(12 * 1024 * 1024),
    )
    assert response.status_code == 413


# --- Nothing is looked at unseen

LOOKED_AT = [
    ("audits:detail", "AMHQL"),
    ("audits:copy", "AMHQL"),
    ("audits:history", "Q"),
    ("audits:difference", "Q"),
    ("audits:export", "AMHQL"),
    ("home:findings_download", "AMHQL"),
    ("learning:detail", "AHQL"),
    ("learning:download", "AHQL"),
    ("notices:detail", "AMHQ"),
    ("reports:export", "AMHQLN"),
    ("reports:hos_summary_file", "HQL"),
]


def test_every_look_at_a_record_and_every_file_is_on_record(world, browsers):
    parameters = dict(routes())
    for name, letters in LOOKED_AT:
        query = f"?service={world.ours['service'].pk}" if name == "reports:hos_summary_file" else ""
        url = address(name, parameters[name], world, "ours") + query
        for letter in letters:
            readings = Event.objects.readings().filter(actor_id=world.people[letter].pk)
            with undone():
                assert browsers[letter].ask("GET", url).status_code == 200
                assert readings.count() == 1, f"{name} as {letter}"


def test_history_keeps_what_was_asked_for_and_not_what_was_typed_beside_it(world, browsers):
    """Else anybody could write a child's name, or a megabyte, into a record that nobody can change."""
    url = reverse("reports:export", args=["self-evaluation"])
    assert browsers["Q"].get(url, {"format": "csv", "x": "Child Name" * 20}).status_code == 200
    assert "Child" not in str(Event.objects.readings().latest("sequence").changes)


# --- Blind moderation


def test_moderator_who_has_not_judged_yet_learns_no_grade_anywhere(world, browsers):
    """Severity tells of the grade as well."""
    audit = world.ours["audits"][State.AGREED]
    Audit.objects.filter(pk=audit.pk).update(moderator=world.people["H"], moderated_at=None)
    service = world.ours["service"].pk
    for name, arguments, query in [
        ("reports:findings", [], ""),
        ("home:findings", [], ""),
        ("reports:hos_summary_file", [], f"?service={service}"),
    ]:
        text = text_of(browsers["H"].ask("GET", reverse(name, args=arguments) + query))
        assert "Finding OURS-agreed" not in text, name
    detail = text_of(browsers["H"].ask("GET", audit.get_absolute_url()))
    assert not re.search(r"sight-grade--good", detail)

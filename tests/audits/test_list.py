"""The list of audits: what it shows to whom, its filters, its file, and finding a case."""

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from qa_audit.audits.models.answers import Voice
from qa_audit.audits.models.audit import State
from qa_audit.history.models import Event
from tests.factories import AuditFactory, ToolVersionFactory

LIST, EXPORT, SEARCH = "audits:list", "audits:export", "audits:search"


def words_of(response):
    return " ".join(response.content.decode().split())


def listed(response):
    return [row.record.reference for row in response.context["table"].page.object_list]


def table_of(response):
    """What stands in the table, without the filter beside it."""
    return words_of(response).split("<table")[1].split("</table>")[0]


@pytest.fixture
def audits(cast):
    """An agreed one on the manager's team, a submitted one beside it, and an agreed one elsewhere."""
    common = {"auditor": cast.auditor, "grade": "good"}
    return {
        "ours": AuditFactory(
            service=cast.service, team=cast.team, state=State.AGREED, audited_on=date(2026, 4, 1), **common
        ),
        "draft": AuditFactory(
            service=cast.service,
            team=cast.other_team,
            state=State.IN_PROGRESS,
            audited_on=date(2026, 5, 1),
            due_on=date(2026, 5, 11),
            case_reference="DRAFT-CASE",
            **common,
        ),
        "elsewhere": AuditFactory(
            service=cast.elsewhere,
            team=cast.team_elsewhere,
            state=State.AGREED,
            audited_on=date(2026, 3, 1),
            **common,
        ),
    }


def references(audits, *names):
    return [audits[name].reference for name in names]


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("qa_lead", ["draft", "ours", "elsewhere"]),
        ("auditor", ["draft", "ours", "elsewhere"]),
        ("leader", ["draft", "ours", "elsewhere"]),
        ("head", ["draft", "ours"]),
        ("manager", ["ours"]),
        ("outsider", ["elsewhere"]),
        ("second_auditor", []),
    ],
)
def test_each_person_sees_the_audits_they_may_know_of_newest_first(role, names, cast, audits, sign_in):
    assert listed(sign_in(getattr(cast, role)).get(reverse(LIST))) == references(audits, *names)


@pytest.mark.parametrize("role", ["analyst", "administrator", "nobody"])
@pytest.mark.parametrize("name", [LIST, EXPORT, SEARCH])
def test_analysts_and_administrators_never_reach_it(role, name, cast, audits, sign_in):
    assert sign_in(getattr(cast, role)).get(reverse(name)).status_code == 403


def test_of_an_audit_one_may_not_open_only_its_existence_is_shown(cast, audits, sign_in):
    draft = audits["draft"]
    table = table_of(sign_in(cast.head).get(reverse(LIST)))
    row = next(part for part in table.split("<tr") if draft.reference in part)
    assert "11 May 2026" in row
    assert "In progress" in row
    for hidden in ("href", "Good", "SWF Harbour 2", "DRAFT-CASE", "Individual", "1 May 2026<", "Tool "):
        assert hidden not in row.replace("11 May 2026", "")
    ours = next(part for part in table.split("<tr") if audits["ours"].reference in part)
    assert f'href="{audits["ours"].get_absolute_url()}"' in ours
    assert "Good" in ours


@pytest.mark.parametrize(
    "query",
    ["grade=good", "kind=individual", "capacity=qa_unit", "reason_chosen=random", "audited_from=1+Jan+2020"],
)
def test_a_filter_never_tells_of_what_the_list_hides(query, cast, audits, sign_in):
    response = sign_in(cast.head).get(f"{reverse(LIST)}?{query}")
    assert listed(response) == references(audits, "ours")


def test_the_team_filter_never_tells_of_a_hidden_team(cast, audits, sign_in):
    response = sign_in(cast.head).get(reverse(LIST), {"team": cast.other_team.pk})
    assert listed(response) == []


@pytest.mark.parametrize(
    "order", ["grade", "-grade", "team", "case_reference", "audited_on", "tool", "nonsense"]
)
def test_the_order_never_tells_of_what_the_list_hides(order, cast, audits, sign_in):
    response = sign_in(cast.head).get(reverse(LIST), {"sort": order})
    assert listed(response) == references(audits, "draft", "ours")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"state": "agreed"}, ["ours", "elsewhere"]),
        ({"state": "counted"}, ["ours", "elsewhere"]),
        ({"state": "open"}, ["draft"]),
        ({"state": "late"}, ["draft"]),
        ({"state": "awaiting_feedback"}, ["elsewhere"]),
        ({"audited_from": "1 April 2026"}, ["draft", "ours"]),
        ({"audited_to": "2026-04-01"}, ["ours", "elsewhere"]),
        ({"audited_from": "1/4/2026", "audited_to": "30/4/2026"}, ["ours"]),
        ({"kind": "thematic"}, []),
        ({"grade": "good"}, ["draft", "ours", "elsewhere"]),
        ({"sort": "reference"}, ["ours", "draft", "elsewhere"]),
        ({"sort": "-due_on", "state": "late"}, ["draft"]),
    ],
)
def test_filters_and_order_live_in_the_address(query, names, cast, audits, sign_in):
    Voice.objects.create(audit=audits["elsewhere"], who="child", outcome="arranged")
    response = sign_in(cast.qa_lead).get(reverse(LIST), query)
    assert listed(response) == references(audits, *names)


def test_service_team_and_tool_filter_by_their_rows(cast, audits, sign_in):
    client, ours = sign_in(cast.qa_lead), audits["ours"]
    for query in ({"service": cast.elsewhere.pk}, {"team": cast.team_elsewhere.pk}):
        assert listed(client.get(reverse(LIST), query)) == references(audits, "elsewhere")
    assert listed(client.get(reverse(LIST), {"tool": ours.tool_version.tool_id})) == references(
        audits, "ours"
    )


@pytest.mark.parametrize(
    "query", [{"audited_from": "31 February"}, {"state": "excellent"}, {"service": "x"}, {"grade": "5"}]
)
def test_a_wrong_filter_says_so_by_its_field(query, cast, audits, sign_in):
    response = sign_in(cast.qa_lead).get(reverse(LIST), query)
    assert response.status_code == 200
    assert "govuk-error-summary" in words_of(response)
    name = next(iter(query))
    assert f'href="#filter_{name}"' in words_of(response)


def test_a_blind_moderator_learns_no_grade_from_the_list_or_its_filter(cast, sign_in):
    audit = AuditFactory(state=State.IN_MODERATION, moderator=cast.second_auditor, grade="inadequate")
    client = sign_in(cast.second_auditor)
    assert "Inadequate" not in table_of(client.get(reverse(LIST)))
    assert listed(client.get(reverse(LIST))) == [audit.reference]
    assert listed(client.get(reverse(LIST), {"grade": "inadequate"})) == []


@pytest.mark.parametrize("role", ["qa_lead", "head", "auditor"])
def test_the_list_takes_as_many_queries_for_60_audits_as_for_5(role, cast, sign_in):
    version, client = ToolVersionFactory(), sign_in(getattr(cast, role))

    def make(count):
        for _ in range(count):
            AuditFactory(auditor=cast.auditor, service=cast.service, team=cast.team, tool_version=version)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(reverse(LIST)).status_code == 200
        return len(captured)

    make(5)
    client.get(reverse(LIST))
    few = queries()
    make(55)
    assert queries() == few
    assert few <= 20


def test_the_list_has_pages_of_25(cast, sign_in):
    version = ToolVersionFactory()
    for _ in range(60):
        AuditFactory(auditor=cast.auditor, service=cast.service, team=cast.team, tool_version=version)
    client = sign_in(cast.qa_lead)
    seen = [
        reference for page in (1, 2, 3) for reference in listed(client.get(reverse(LIST), {"page": page}))
    ]
    assert len(seen) == len(set(seen)) == 60
    assert "60 audits, page 2 of 3" in words_of(client.get(reverse(LIST), {"page": 2}))


def sheet_of(response):
    rows = load_workbook(io.BytesIO(response.content))["Audits"].iter_rows(values_only=True)
    return [list(row) for row in rows if any(value is not None for value in row)]


def test_the_file_has_the_rows_of_the_page_and_no_case_reference(cast, audits, sign_in):
    response = sign_in(cast.qa_lead).get(reverse(EXPORT), {"state": "agreed"})
    rows = sheet_of(response)
    assert rows[0] == ["Reference", "Service", "Team", "Kind", "Tool", "Audited", "State", "Due", "Judgement"]
    assert [row[0] for row in rows[1:]] == references(audits, "ours", "elsewhere")
    assert rows[1][5].date() == date(2026, 4, 1)
    assert rows[1][6:] == ["Final", None, "Good"]
    assert not any("C0" in str(value) for row in rows for value in row)


def test_the_file_hides_what_the_page_hides(cast, audits, sign_in):
    rows = sheet_of(sign_in(cast.head).get(reverse(EXPORT), {"case_references": "on"}))
    draft = next(row for row in rows if row[0] == audits["draft"].reference)
    assert draft == [
        audits["draft"].reference,
        cast.service.name,
        None,
        None,
        None,
        None,
        "In progress",
        draft[7],
        None,
    ]
    assert draft[7].date() == date(2026, 5, 11)


def test_case_references_stand_in_the_file_only_when_asked_for(cast, audits, sign_in):
    rows = sheet_of(sign_in(cast.qa_lead).get(reverse(EXPORT), {"case_references": "on"}))
    assert rows[0][0] == "Contains personal data: handle as OFFICIAL-SENSITIVE"
    assert {row[9] for row in rows[2:]} == {audit.case_reference for audit in audits.values()}


def test_an_auditors_file_has_the_case_references_of_their_own_audits_only(cast, audits, sign_in):
    AuditFactory(auditor=cast.second_auditor, moderator=cast.auditor, state=State.IN_MODERATION)
    rows = sheet_of(sign_in(cast.auditor).get(reverse(EXPORT), {"case_references": "on"}))
    given = {row[0]: row[9] for row in rows[2:]}
    assert len(given) == 4
    assert {reference for reference, case in given.items() if case} == set(references(audits, *audits))


@pytest.mark.parametrize("role", ["leader", "head", "manager"])
def test_others_get_no_case_references_however_they_ask(role, cast, audits, sign_in):
    response = sign_in(getattr(cast, role)).get(reverse(EXPORT), {"case_references": "on"})
    assert "Case reference" not in sheet_of(response)[0]


def test_every_export_is_on_record_with_what_was_asked(cast, audits, sign_in):
    sign_in(cast.qa_lead).get(reverse(EXPORT), {"state": "agreed", "case_references": "on"})
    event = Event.objects.readings().get(action="exported audits")
    assert event.changes == {"State": [None, "Final"], "case references": [None, True]}


def test_a_wrong_filter_gives_no_file(cast, audits, sign_in):
    response = sign_in(cast.qa_lead).get(reverse(EXPORT), {"audited_from": "soon"})
    assert response.url == f"{reverse(LIST)}?audited_from=soon"
    assert not Event.objects.filter(action="exported audits").exists()


def test_text_that_looks_like_a_formula_stays_text_in_the_file(cast, sign_in):
    cast.team.name = '=HYPERLINK("http://example.org")'
    cast.team.save()
    AuditFactory(auditor=cast.auditor, service=cast.service, team=cast.team, state=State.AGREED)
    content = sign_in(cast.qa_lead).get(reverse(EXPORT)).content
    cell = load_workbook(io.BytesIO(content))["Audits"]["C2"]
    assert (cell.value, cell.data_type) == (cast.team.name, "s")


def test_a_case_is_found_by_its_current_and_its_earlier_reference(cast, sign_in):
    now = AuditFactory(auditor=cast.auditor, case_reference="LCS-77", state=State.AGREED)
    then = AuditFactory(auditor=cast.auditor, case_reference="NEW-1", earlier_reference="LCS-77")
    AuditFactory(auditor=cast.auditor, case_reference="LCS-778")
    response = sign_in(cast.auditor).post(reverse(SEARCH), {"case_reference": " lcs-77 "})
    found = table_of(response)
    assert now.reference in found
    assert then.reference in found
    assert "LCS-778" not in found
    assert "LCS-77" not in response.request["QUERY_STRING"] + response.request["PATH_INFO"]


def test_a_case_is_found_only_among_the_audits_one_may_open(cast, audits, sign_in):
    response = sign_in(cast.head).post(reverse(SEARCH), {"case_reference": "DRAFT-CASE"})
    assert audits["draft"].reference not in words_of(response)
    assert "0 audits of DRAFT-CASE that you can open" in words_of(response)


def test_a_search_is_on_record_once_in_five_minutes_by_a_keyed_hash(cast, sign_in, frozen_clock, settings):
    client = sign_in(cast.qa_lead)
    searched = Event.objects.filter(action="searched a case reference")
    for typed in ("LCS-77", "lcs-77", "LCS-78"):
        client.post(reverse(SEARCH), {"case_reference": typed})
    assert searched.count() == 2
    frozen_clock.shift(301)
    client.post(reverse(SEARCH), {"case_reference": "LCS-77"})
    assert searched.count() == 3
    hashes = {event.changes["case reference"][1] for event in searched}
    assert len(hashes) == 2
    assert "LCS-77" not in str(list(searched.values()))
    settings.SECRET_KEY = "another key, as another council has"
    client = sign_in(cast.qa_lead)
    client.post(reverse(SEARCH), {"case_reference": "LCS-77"})
    assert searched.order_by("sequence").last().changes["case reference"][1] not in hashes


@pytest.mark.parametrize("typed", ["", "   ", "C" * 41])
def test_a_search_for_nothing_or_too_much_is_refused(typed, cast, sign_in):
    response = sign_in(cast.qa_lead).post(reverse(SEARCH), {"case_reference": typed})
    assert "govuk-error-summary" in words_of(response)
    assert not Event.objects.filter(action="searched a case reference").exists()

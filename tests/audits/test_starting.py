"""Starting an audit, and its header."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from qa_audit.audits.actions.starting import start_audit
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.models.header import Kind
from qa_audit.history.models import Event, Snapshot
from qa_audit.people.models import Role
from tests.audits.typing import fill_page, page_data
from tests.factories import AuditFactory, TeamFactory, ToolVersionFactory, give_role

pytestmark = pytest.mark.django_db
START = "/audits/start/"


@pytest.fixture
def version(cast):
    return ToolVersionFactory()


def second_step(client, service, reference="C10023"):
    return client.post(START, {"case_reference": reference, "service": service.pk})


def start(client, service, version, reference="C10023", **typed):
    data = page_data(second_step(client, service, reference))
    data |= {"tool_version": version.pk, "capacity": "qa_unit", "reason_chosen": "random"} | typed
    return client.post(START, data)


def test_auditor_starts_an_audit(cast, sign_in, version):
    response = start(sign_in(cast.auditor), cast.service, version, team=cast.team.pk)
    audit = Audit.objects.get()
    assert response.url == reverse("audits:header", args=[audit.reference])
    assert (audit.reference, audit.state, audit.kind) == ("A-2026-0001", State.IN_PROGRESS, Kind.INDIVIDUAL)
    assert (audit.case_reference, audit.service, audit.team) == ("C10023", cast.service, cast.team)
    assert (audit.auditor, audit.tool_version) == (cast.auditor, version)
    # Ten working days from Tuesday 12 May 2026, over the bank holiday of 25 May.
    assert (audit.audited_on, audit.allocated_on, audit.due_on) == (
        date(2026, 5, 12),
        date(2026, 5, 12),
        date(2026, 5, 27),
    )
    assert [event.action for event in Event.objects.about(audit).changes()] == ["started"]
    assert Snapshot.objects.count() == 1


def test_case_reference_that_looks_like_a_name_is_warned_of_and_does_not_stop(cast, sign_in, version):
    client = sign_in(cast.auditor)
    page = second_step(client, cast.service, "JOHN SMITH").text
    assert "This looks like a person’s name: “John Smith”." in page
    assert "This looks like" not in second_step(client, cast.service).text
    assert start(client, cast.service, version, "JOHN SMITH").status_code == 302


def test_form_sent_twice_starts_one_audit(cast, sign_in, version):
    client = sign_in(cast.auditor)
    data = page_data(second_step(client, cast.service))
    data |= {"tool_version": version.pk, "capacity": "qa_unit", "reason_chosen": "random"}
    first, second = client.post(START, data), client.post(START, data)
    assert first.url == second.url
    assert Audit.objects.count() == 1
    assert start(client, cast.service, version).url != first.url
    assert sorted(Audit.objects.values_list("reference", flat=True)) == ["A-2026-0001", "A-2026-0002"]


def test_kind_follows_reason_and_theme_is_asked_for(cast, sign_in, version):
    client = sign_in(cast.auditor)
    refused = start(client, cast.service, version, reason_chosen="theme")
    assert "Say which theme the case was chosen for" in refused.content.decode()
    start(client, cast.service, version, reason_chosen="theme", theme="Neglect")
    assert Audit.objects.get().kind == Kind.THEMATIC


def test_case_that_was_audited_before_fills_itself_in(cast, sign_in, version):
    AuditFactory(
        auditor=cast.auditor,
        service=cast.service,
        team=cast.team,
        case_reference="C777",
        case_system="Mosaic-like",
        age_band="5_9",
        sex="female",
        ethnic_group="arab",
        is_disabled=True,
        children_count=3,
    )
    client = sign_in(cast.auditor)
    second = client.post(START, {"case_reference": "C777"})
    assert "What that audit recorded about it is filled in" in " ".join(second.content.decode().split())
    data = page_data(second)
    assert data["team"] == [str(cast.team.pk)]
    client.post(START, data | {"tool_version": version.pk, "capacity": "qa_unit", "reason_chosen": "random"})
    audit = Audit.objects.get(state=State.IN_PROGRESS, reference="A-2026-0001")
    assert (audit.age_band, audit.sex, audit.ethnic_group, audit.is_disabled) == (
        "5_9",
        "female",
        "arab",
        True,
    )
    assert (audit.case_system, audit.children_count, audit.service) == ("Mosaic-like", 3, cast.service)


def test_audit_that_one_may_not_open_fills_nothing_in(cast, sign_in, version):
    AuditFactory(auditor=cast.second_auditor, service=cast.service, case_reference="C777", age_band="5_9")
    client = sign_in(cast.auditor)
    assert "Choose the service" in client.post(START, {"case_reference": "C777"}).content.decode()
    start(client, cast.service, version, "C777")
    assert Audit.objects.get(auditor=cast.auditor).age_band == ""


def test_tools_and_teams_are_those_of_the_service(cast, sign_in, version):
    elsewhere = ToolVersionFactory()
    elsewhere.tool.services.add(cast.elsewhere)
    form = second_step(sign_in(cast.auditor), cast.service).context["form"]
    assert list(form.fields["tool_version"].queryset) == [version]
    assert set(form.fields["team"].queryset) == {cast.team, cast.other_team}
    refused = start(sign_in(cast.auditor), cast.service, elsewhere, team=cast.team_elsewhere.pk)
    assert set(refused.context["form"].errors) == {"tool_version", "team"}
    assert not Audit.objects.exists()


def test_manager_does_manager_audits_on_other_teams_of_the_service(cast, sign_in, version):
    client = sign_in(cast.manager)
    form = second_step(client, cast.service).context["form"]
    assert set(form.fields["team"].queryset) == {cast.other_team}
    assert "other teams of the service, not their own" in second_step(client, cast.service).text
    assert page_data(second_step(client, cast.service))["capacity"] == ["manager"]
    start(client, cast.service, version, team=cast.other_team.pk, capacity="manager")
    audit = Audit.objects.get()
    assert (audit.kind, audit.capacity, audit.is_own_team) == (Kind.MANAGER, "manager", False)
    assert "other teams of the service, not their own" in client.get(header(audit)).text
    refused = start(client, cast.service, version, team=cast.other_team.pk, capacity="qa_unit")
    assert "capacity" in refused.context["form"].errors
    assert (
        "service"
        in client.post(START, {"case_reference": "C1", "service": cast.elsewhere.pk}).context["form"].errors
    )


def test_manager_audits_own_team_only_where_the_setting_allows_it_and_it_is_marked(
    cast, sign_in, version, settings
):
    facts = {
        "by": cast.manager,
        "tool_version": version,
        "case_reference": "C1",
        "service": cast.service,
        "capacity": "manager",
        "reason_chosen": "random",
    }
    with pytest.raises(ValidationError, match="A manager cannot audit their own team"):
        start_audit(**facts, token="a", team=cast.team)
    with pytest.raises(ValidationError, match="teams of the services that their own teams belong to"):
        start_audit(**facts, token="b", team=cast.team_elsewhere)
    settings.MANAGERS_MAY_AUDIT_OWN_TEAMS = True
    start(sign_in(cast.manager), cast.service, version, team=cast.team.pk, capacity="manager")
    audit = Audit.objects.get()
    assert audit.is_own_team
    assert "other teams of the service, not their own" not in sign_in(cast.manager).get(header(audit)).text


def test_person_with_both_roles_chooses_the_capacity(cast, sign_in, version):
    both = give_role(cast.manager, Role.AUDITOR)
    client = sign_in(both)
    refused = start(client, cast.service, version, team=cast.team.pk, capacity="manager")
    assert "A manager cannot audit their own team" in refused.content.decode()
    start(client, cast.service, version, team=cast.team.pk, capacity="qa_unit")
    assert Audit.objects.get().kind == Kind.INDIVIDUAL


def test_only_auditors_and_managers_start_audits(cast, sign_in, version):
    for person in (cast.head, cast.qa_lead, cast.leader, cast.analyst, cast.administrator, cast.nobody):
        assert sign_in(person).get(START).status_code == 403
    with pytest.raises(PermissionDenied):
        start_audit(
            by=cast.head,
            token="x",
            tool_version=version,
            case_reference="C1",
            service=cast.service,
            team=None,
            capacity="qa_unit",
            reason_chosen="random",
        )


@pytest.fixture
def audit(cast):
    return AuditFactory(auditor=cast.auditor, service=cast.service, team=cast.team, reference="A-2026-0900")


def header(audit):
    return reverse("audits:header", args=[audit.reference])


def test_header_is_saved_whole(cast, sign_in, audit):
    FINDING_TEXT = "Written early"
    client = sign_in(cast.auditor)
    client.post(reverse("audits:add_finding", args=[audit.reference, "strength"]), {"text": FINDING_TEXT})
    typed = {
        "children_count": "3",
        "status_on_day": "child_protection",
        "age_band": "5_9",
        "is_disabled": "on",
        "audited_on": "11/5/2026",
        "reason_chosen": "theme",
        "theme": "Neglect",
        "team": str(cast.other_team.pk),
    }
    response = fill_page(client, header(audit), typed)
    assert response.url == reverse("audits:page", args=[audit.reference, "childs-voice"])
    audit.refresh_from_db()
    assert (audit.children_count, audit.status_on_day, audit.is_disabled) == (3, "child_protection", True)
    assert (audit.audited_on, audit.kind, audit.team) == (date(2026, 5, 11), Kind.THEMATIC, cast.other_team)
    finding = audit.audit_findings.get().finding
    assert (finding.team, finding.found_on) == (cast.other_team, date(2026, 5, 11))
    fill_page(client, header(audit), {"is_disabled": []})
    audit.refresh_from_db()
    assert not audit.is_disabled


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"audited_on": "13 May 2026"}, "audited_on", "cannot be in the future"),
        ({"period_to": "13 May 2026"}, "period_to", "cannot be in the future"),
        ({"closed_on": "13 May 2026"}, "closed_on", "cannot be in the future"),
        ({"audited_on": "1 January 2024"}, "period_from", "must begin on or before the day audited on"),
        ({"audited_on": "31/2/2026"}, "audited_on", "Enter a date like"),
        ({"period_from": "1 June 2026"}, "period_to", "must end after it begins"),
        ({"status_on_day": "closed"}, "closed_on", "Say on which day the case was closed"),
        ({"children_count": "0"}, "children_count", "Enter 1 or more"),
        ({"children_count": "many"}, "children_count", "Enter a whole number"),
        ({"case_reference": ""}, "case_reference", "Enter the case reference"),
        ({"case_reference": "9" * 41}, "case_reference", "Shorten this to 40 characters"),
        ({"capacity": "manager"}, "capacity", "Choose the capacity from the options"),
    ],
)
def test_wrong_header_is_refused_by_its_field_and_nothing_of_it_saved(
    cast, sign_in, audit, typed, field, words
):
    response = fill_page(sign_in(cast.auditor), header(audit), {"worker_role": "Social worker"} | typed)
    assert response.status_code == 200
    assert words in " ".join(response.context["form"].errors[field])
    name, value = next(iter(typed.items()))
    assert page_data(response)["worker_role"] == ["Social worker"]
    audit.refresh_from_db()
    assert audit.worker_role == ""
    assert str(getattr(audit, name)) != value


def test_team_of_another_service_is_refused(cast, sign_in, audit):
    response = fill_page(sign_in(cast.auditor), header(audit), {"team": str(cast.team_elsewhere.pk)})
    assert "This team is not part of the service" in response.content.decode()


def test_reference_follows_the_year_audited_on(cast, sign_in, audit):
    response = fill_page(sign_in(cast.auditor), header(audit), {"audited_on": "30 December 2025"})
    audit.refresh_from_db()
    assert audit.reference == "A-2025-0001"
    assert response.url == reverse("audits:page", args=["A-2025-0001", "childs-voice"])
    assert Event.objects.about(audit).changes().first().changes["Reference"] == ["A-2026-0900", "A-2025-0001"]


def test_second_tab_does_not_overwrite_the_header(cast, sign_in, audit):
    client = sign_in(cast.auditor)
    old_page = page_data(client.get(header(audit)))
    fill_page(client, header(audit), {"worker_role": "Social worker"})
    response = client.post(header(audit), old_page | {"worker_role": "Student"})
    assert response.status_code == 409
    assert "Social worker" in response.content.decode()
    assert client.post(header(audit), page_data(response)).status_code == 302
    audit.refresh_from_db()
    assert audit.worker_role == "Student"


def test_own_team_that_ended_can_stay(cast, sign_in, audit):
    ended = TeamFactory(service=cast.service, name="Ended team", ends_on=date(2026, 1, 1))
    Audit.objects.filter(pk=audit.pk).update(team=ended)
    assert (
        fill_page(sign_in(cast.auditor), header(audit), {"worker_role": "Social worker"}).status_code == 302
    )

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from qa_audit.common.versions import ChangedMeanwhile
from qa_audit.history.models import Event
from qa_audit.people.actions import organisation, persons
from qa_audit.people.models import Role, RoleGrant, Service, Team, User
from tests.factories import ServiceFactory, TeamFactory
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db


def last_event() -> Event:
    return Event.objects.order_by("sequence").last()


def test_system_user_is_made_once_and_can_never_sign_in():
    system = persons.system_user()
    assert persons.system_user() == system
    assert system.is_system
    assert not system.is_active
    assert not system.has_usable_password()
    assert system not in User.objects.people()
    assert not system.roles
    assert system.has_role(Role.ADMINISTRATOR)


def test_person_is_added_without_password_and_recorded(cast):
    person = persons.add_person(
        email="Nia.New@Council.Example", name="Nia New", by=cast.administrator, team=cast.team
    )
    assert person.email == "nia.new@council.example"
    assert not person.has_usable_password()
    event = last_event()
    assert (event.action, event.actor_id, event.object_id) == (
        "person added",
        cast.administrator.pk,
        person.pk,
    )


def test_address_belongs_to_one_person_in_any_case(cast):
    with pytest.raises(ValidationError) as refused:
        persons.add_person(email=cast.auditor.email.upper(), name="Twin", by=cast.administrator)
    assert "email" in refused.value.message_dict


@pytest.mark.parametrize("role", ["auditor", "manager", "head", "qa_lead", "leader", "analyst", "nobody"])
def test_only_an_administrator_changes_people_and_the_organisation(cast, role):
    by = getattr(cast, role)
    grant = cast.auditor.grants.get()
    attempts = [
        lambda: persons.add_person(email="x@council.example", name="X", by=by),
        lambda: persons.change_person(person=cast.auditor, version=1, email="x@c.example", name="X", by=by),
        lambda: persons.end_person(person=cast.auditor, by=by),
        lambda: persons.return_person(person=cast.auditor, by=by),
        lambda: persons.give_role(person=cast.nobody, role=Role.ADMINISTRATOR, by=by),
        lambda: persons.take_role(grant=grant, by=by),
        lambda: persons.make_password_link(person=cast.auditor, by=by),
        lambda: persons.clear_second_factor(person=cast.auditor, by=by),
        lambda: organisation.add_service(name="New", by=by),
        lambda: organisation.change_service(service=cast.service, version=1, name="New", order=1, by=by),
        lambda: organisation.end_service(service=cast.service, version=1, ends_on=date(2026, 6, 1), by=by),
        lambda: organisation.add_team(service=cast.service, name="New", by=by),
        lambda: organisation.change_team(team=cast.team, version=1, name="New", by=by),
    ]
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()
    assert not Event.objects.exists()


def test_late_change_of_a_person_is_refused_and_overwrites_nothing(cast):
    first = {"person": cast.auditor, "version": 1, "email": cast.auditor.email, "by": cast.administrator}
    persons.change_person(**first, name="Ada Ash")
    with pytest.raises(ChangedMeanwhile) as conflict:
        persons.change_person(**first, name="Ada Oak")
    assert conflict.value.current.name == "Ada Ash"
    assert User.objects.get(pk=cast.auditor.pk).name == "Ada Ash"


def test_unchanged_save_writes_no_history(cast):
    persons.change_person(
        person=cast.auditor,
        version=1,
        email=cast.auditor.email,
        name=cast.auditor.name,
        by=cast.administrator,
    )
    assert not Event.objects.exists()


def test_ending_signs_out_everywhere_takes_the_roles_and_history_keeps_them(cast, sign_in):
    browser = Client()
    browser.post("/account/login/", {"login": cast.manager.email, "password": PASSWORD})
    assert browser.get("/people/you/").status_code == 200
    persons.end_person(person=cast.manager, by=cast.administrator)
    ended = User.objects.get(pk=cast.manager.pk)
    assert not ended.is_active
    assert ended.ended_on == date(2026, 5, 12)
    assert not ended.grants.exists()
    assert browser.get("/people/you/").status_code == 302
    event = last_event()
    assert event.action == "person ended"
    assert event.changes["roles"] == [["Manager (SWF Harbour 1)"], []]
    browser.post("/account/login/", {"login": cast.manager.email, "password": PASSWORD})
    assert browser.get("/people/you/").status_code == 302


def test_nobody_ends_their_own_account_or_administrator_role(cast):
    with pytest.raises(PermissionDenied):
        persons.end_person(person=cast.administrator, by=cast.administrator)
    with pytest.raises(PermissionDenied):
        persons.take_role(grant=cast.administrator.grants.get(), by=cast.administrator)
    assert User.objects.get(pk=cast.administrator.pk).has_role(Role.ADMINISTRATOR)


def test_returned_person_has_no_roles(cast):
    persons.end_person(person=cast.head, by=cast.administrator)
    returned = persons.return_person(person=User.objects.get(pk=cast.head.pk), by=cast.administrator)
    assert returned.is_active
    assert returned.ended_on is None
    assert not returned.grants.exists()


@pytest.mark.parametrize(
    ("role", "limits", "field"),
    [
        (Role.MANAGER, [], "team"),
        (Role.MANAGER, ["service"], "team"),
        (Role.HEAD, [], "service"),
        (Role.HEAD, ["team", "service"], "team"),
        (Role.AUDITOR, ["team"], "team"),
        (Role.QA_LEAD, ["service"], "service"),
    ],
)
def test_role_without_its_limit_or_with_a_wrong_one_is_refused(cast, role, limits, field):
    given = {name: getattr(cast, name) for name in limits}
    with pytest.raises(ValidationError) as refused:
        persons.give_role(person=cast.nobody, role=role, by=cast.administrator, **given)
    assert field in refused.value.message_dict
    assert not cast.nobody.grants.exists()


def test_database_refuses_a_grant_without_its_limit(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(user=cast.nobody, role=Role.MANAGER)


def test_role_is_given_once_taken_away_and_both_are_recorded(cast):
    grant = persons.give_role(person=cast.nobody, role=Role.MANAGER, team=cast.team, by=cast.administrator)
    with pytest.raises(ValidationError):
        persons.give_role(person=cast.nobody, role=Role.MANAGER, team=cast.team, by=cast.administrator)
    assert last_event().changes == {"role": [None, "Manager (SWF Harbour 1)"]}
    persons.take_role(grant=grant, by=cast.administrator)
    assert last_event().changes == {"role": ["Manager (SWF Harbour 1)", None]}
    assert not cast.nobody.grants.exists()


def test_ended_person_gets_no_role_and_no_link(cast):
    ended = persons.end_person(person=cast.nobody, by=cast.administrator)
    with pytest.raises(ValidationError):
        persons.give_role(person=ended, role=Role.AUDITOR, by=cast.administrator)
    with pytest.raises(PermissionDenied):
        persons.make_password_link(person=ended, by=cast.administrator)


def rename(service, name, by, **more):
    return organisation.change_service(
        service=service, version=service.version, name=name, order=service.order, by=by, **more
    )


def test_renamed_service_is_found_by_its_former_name_in_any_case_and_spacing(cast):
    service = rename(cast.service, "Family Help", cast.administrator)
    assert service.formerly == "Social Work with Families"
    assert service.former_names.get().until == date(2026, 5, 12)
    assert Service.objects.named("  social  WORK with families ").get() == service
    assert Service.objects.named("family help").get() == service
    assert last_event().action == "service renamed"
    assert last_event().changes["name"] == ["Social Work with Families", "Family Help"]


def test_mended_spelling_keeps_no_former_name(cast):
    service = rename(cast.service, "Social work with families", cast.administrator)
    service = rename(service, "Social work with familys", cast.administrator, is_spelling=True)
    assert not service.former_names.exists()


def test_name_taken_up_again_is_no_longer_a_former_one(cast):
    service = rename(cast.service, "Family Help", cast.administrator)
    service = rename(service, "Social Work with Families", cast.administrator)
    assert [former.name for former in service.former_names.all()] == ["Family Help"]


def test_name_that_another_service_had_cannot_be_taken(cast):
    rename(cast.service, "Family Help", cast.administrator)
    for name in ("social work with families", "FAMILY HELP"):
        with pytest.raises(ValidationError) as refused:
            organisation.add_service(name=name, by=cast.administrator)
        assert "name" in refused.value.message_dict


def test_service_ends_after_its_teams(cast):
    end = {"service": cast.service, "version": 1, "ends_on": date(2026, 6, 30), "by": cast.administrator}
    with pytest.raises(ValidationError, match="End its teams first: SWF Harbour 1, SWF Harbour 2"):
        organisation.end_service(**end)
    Team.objects.filter(service=cast.service).update(ends_on=date(2026, 6, 30))
    assert organisation.end_service(**end).ends_on == date(2026, 6, 30)
    assert cast.service in Service.objects.current()
    Service.objects.filter(pk=cast.service.pk).update(ends_on=date(2026, 5, 11))
    assert cast.service not in Service.objects.current()


def test_end_before_the_start_is_refused(cast):
    service = ServiceFactory(starts_on=date(2026, 4, 1))
    with pytest.raises(ValidationError):
        organisation.end_service(service=service, version=1, ends_on=date(2026, 3, 31), by=cast.administrator)
    with pytest.raises(ValidationError):
        organisation.add_team(
            service=service,
            name="Early",
            starts_on=date(2026, 4, 1),
            ends_on=date(2026, 3, 1),
            by=cast.administrator,
        )


def test_team_is_found_by_name_alias_and_name_until_now(cast):
    team = organisation.change_team(
        team=cast.team,
        version=1,
        name="Harbour One",
        aliases=["SW Fam  H1", "sw fam h1"],
        by=cast.administrator,
    )
    assert {alias.name for alias in team.aliases.all()} == {"SW Fam H1", "SWF Harbour 1"}
    for text in ("harbour  one", "SW FAM H1", " swf harbour 1"):
        assert Team.objects.named(text).get() == team
    assert not Team.objects.named("Harbour").exists()


def test_alias_of_another_team_is_refused(cast):
    with pytest.raises(ValidationError) as refused:
        organisation.change_team(
            team=cast.team, version=1, name=cast.team.name, aliases=["swf harbour 2"], by=cast.administrator
        )
    assert "aliases" in refused.value.message_dict


def test_late_change_of_service_and_team_is_refused(cast):
    rename(cast.service, "Family Help", cast.administrator)
    with pytest.raises(ChangedMeanwhile):
        organisation.change_service(
            service=cast.service, version=1, name="Families First", order=1, by=cast.administrator
        )
    team = TeamFactory(service=cast.service, version=3)
    with pytest.raises(ChangedMeanwhile):
        organisation.change_team(team=team, version=2, name="Late", by=cast.administrator)

"""The administrator's pages."""

import re
from datetime import date

import pytest
from django.core import mail
from django.test import Client

from qa_audit.people.actions import persons
from qa_audit.people.models import Role, Service, Team, User
from tests.factories import ServiceFactory, TeamFactory, UserFactory, give_role
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(cast) -> Client:
    """Signed in by the form: pages that change people want a fresh sign-in."""
    client = Client()
    client.post("/account/login/", {"login": cast.administrator.email, "password": PASSWORD})
    return client


def text(response) -> str:
    return response.content.decode()


def test_added_person_sets_a_password_by_the_link_and_signs_in(administrator, cast):
    typed = {"name": "Nia New", "email": "nia.new@council.example", "job_title": "", "team": cast.team.pk}
    response = administrator.post("/people/add/", typed)
    person = User.objects.get(email="nia.new@council.example")
    assert response.headers["Location"] == f"/people/{person.pk}/password-link/"
    shown = text(administrator.post(response.headers["Location"]))
    link = re.search(r"http://testserver(/account/password/reset/key/[^<\s]+)", shown).group(1)
    assert mail.outbox[-1].to == [person.email]
    assert link in mail.outbox[-1].body
    client, new = Client(), "seven grey herons wading"
    client.post(client.get(link).headers["Location"], {"password1": new, "password2": new})
    client.post("/account/login/", {"login": person.email, "password": new})
    assert "Nia New" in text(client.get("/people/you/"))
    assert "no longer works" in text(Client().get(link, follow=True))


def test_link_is_shown_but_not_sent_where_no_mail_server_is_set(administrator, cast, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    shown = text(administrator.post(f"/people/{cast.nobody.pk}/password-link/"))
    assert "/account/password/reset/key/" in shown
    assert "in a way that only they can read" in shown


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"name": ""}, "id_name", "Enter the full name"),
        ({"email": "nia"}, "id_email", "Enter an email address like"),
        (
            {"email": "ADA.auditor@council.example"},
            "id_email",
            "Somebody already has an account with this address",
        ),
        ({"team": "99999"}, "id_team", "Choose a team from the list"),
        ({"job_title": "x" * 121}, "id_job_title", "Shorten this to 120 characters"),
    ],
)
def test_error_stands_by_its_field_and_what_was_typed_is_kept(administrator, cast, typed, field, words):
    whole = {
        "name": "Nia “N” New",
        "email": "nia.new@council.example",
        "job_title": "Social worker 👩",
        **typed,
    }
    page = text(administrator.post("/people/add/", whole))
    assert f'href="#{field}"' in page
    assert words in page.replace("&#x27;", "'")
    kept = "Nia “N” New" if "name" not in typed else "nia.new@council.example"
    assert kept in page
    assert not User.objects.filter(name__startswith="Nia").exists()


def test_roles_are_given_with_their_limit_and_taken_away_by_a_button(administrator, cast):
    address = f"/people/{cast.nobody.pk}/"
    page = text(administrator.post(f"{address}roles/give/", {"role": "manager"}))
    assert 'href="#id_team"' in page
    assert "Choose the team that they manage" in page
    administrator.post(f"{address}roles/give/", {"role": "manager", "team": cast.team.pk})
    grant = cast.nobody.grants.get()
    assert "SWF Harbour 1" in text(administrator.get(address))
    take = f"{address}roles/{grant.pk}/take/"
    assert "Take the role “Manager (SWF Harbour 1)” away?" in text(administrator.get(take))
    administrator.post(take)
    assert not cast.nobody.grants.exists()


def test_grant_of_another_person_is_not_found_under_this_one(administrator, cast):
    grant = cast.auditor.grants.get()
    assert administrator.post(f"/people/{cast.nobody.pk}/roles/{grant.pk}/take/").status_code == 404


def test_administrator_cannot_end_themselves_and_is_offered_no_link_to_it(administrator, cast):
    address = f"/people/{cast.administrator.pk}/"
    page = text(administrator.get(address))
    assert f"{address}end/" not in page
    assert "Take away" not in page
    assert administrator.post(f"{address}end/").status_code == 403


def test_account_is_ended_and_returned_by_buttons(administrator, cast):
    address = f"/people/{cast.manager.pk}/"
    assert "Manager (SWF Harbour 1)" in text(administrator.get(f"{address}end/"))
    administrator.post(f"{address}end/")
    page = text(administrator.get(address))
    assert "Ended" in page
    assert "12 May 2026" in page
    administrator.post(f"{address}return/")
    assert User.objects.get(pk=cast.manager.pk).is_active


def test_late_save_shows_both_texts_and_goes_on_from_what_is_saved(administrator, cast):
    address = f"/people/{cast.auditor.pk}/change/"
    typed = {"version": 1, "name": "Ada Oak", "email": cast.auditor.email, "job_title": "", "team": ""}
    persons.change_person(
        person=cast.auditor, version=1, email=cast.auditor.email, name="Ada Ash", by=cast.administrator
    )
    response = administrator.post(address, typed)
    assert response.status_code == 409
    page = text(response)
    assert "Someone else saved this while you were writing" in page
    assert '<dd class="govuk-summary-list__value sight-lines">Ada Ash</dd>' in page
    assert 'value="Ada Oak"' in page
    version = re.search(r'name="version" value="(\d+)"', page).group(1)
    assert administrator.post(address, {**typed, "version": version}).status_code == 302
    assert User.objects.get(pk=cast.auditor.pk).name == "Ada Oak"


def test_team_that_has_ended_is_kept_on_its_people(administrator, cast):
    person = UserFactory(team=TeamFactory(service=cast.service, ends_on=date(2026, 1, 1)))
    page = text(administrator.get(f"/people/{person.pk}/change/"))
    assert re.search(rf'<option value="{person.team_id}" selected', page)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("role=head", {"Hana Head", "Omar Outside"}),
        ("text=lead", {"Lee Leader", "Quinn Lead"}),
        ("text=ADA.AUDITOR", {"Ada Auditor"}),
        ("is_active=False", {"Noor Norole"}),
        ("service=SERVICE", {"Mo Manager", "Hana Head"}),
        ("role=head&service=SERVICE", {"Hana Head"}),
    ],
)
def test_list_is_filtered_by_the_address(administrator, cast, query, expected):
    persons.end_person(person=cast.nobody, by=cast.administrator)
    page = text(administrator.get("/people/?" + query.replace("SERVICE", str(cast.service.pk))))
    rows = set(re.findall(r'<a class="govuk-link" href="/people/\d+/">([^<]+)</a>', page))
    assert rows == expected


def test_list_of_people_asks_as_many_queries_for_forty_as_for_ten(
    administrator, cast, django_assert_max_num_queries
):
    for _ in range(30):
        give_role(UserFactory(team=cast.team), Role.MANAGER, team=TeamFactory(service=cast.service))
    with django_assert_max_num_queries(14):
        administrator.get("/people/")


def test_system_user_is_neither_listed_nor_opened(administrator):
    system = persons.system_user()
    assert "system@localhost" not in text(administrator.get("/people/"))
    assert administrator.get(f"/people/{system.pk}/").status_code == 404


@pytest.mark.parametrize("role", ["auditor", "manager", "head", "qa_lead", "leader", "analyst", "nobody"])
def test_people_and_services_are_the_administrators_only(cast, sign_in, role):
    client = sign_in(getattr(cast, role))
    for address in ("/people/", "/people/services/", f"/people/{cast.auditor.pk}/", "/people/settings/"):
        assert client.get(address).status_code == 403, address
    assert client.post("/people/add/", {"name": "X", "email": "x@council.example"}).status_code == 403


def test_service_is_added_renamed_and_ended_by_pages(administrator, cast):
    administrator.post(
        "/people/services/add/", {"name": "Youth  Justice", "order": "9", "starts_on": "1 April 2026"}
    )
    service = Service.objects.get(name="Youth Justice")
    assert service.starts_on == date(2026, 4, 1)
    address = f"/people/services/{service.pk}/"
    renamed = {"version": 1, "name": "Youth Support", "order": "9", "starts_on": "1/4/2026"}
    administrator.post(f"{address}change/", renamed)
    assert "Youth Justice (until 12 May 2026)" in text(administrator.get(address))
    administrator.post(f"{address}end/", {"version": 2, "ends_on": "30 Sep 2026"})
    assert "30 September 2026" in text(administrator.get(address))
    administrator.post(f"{address}end/", {"version": 3, "ends_on": ""})
    assert Service.objects.get(pk=service.pk).ends_on is None


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "Enter the name"),
        ({"name": "fostering"}, "“fostering” is already a name of Fostering"),
        ({"order": "first"}, "Enter a whole number"),
        ({"starts_on": "31 February 2026"}, "Enter a date like"),
        ({"starts_on": "1 July 2026"}, "The last day cannot be before the first"),
    ],
)
def test_wrong_service_is_refused_by_its_field(administrator, typed, words):
    service = ServiceFactory(name="Youth Justice", ends_on=date(2026, 6, 1))
    whole = {"version": 1, "name": "Youth Justice", "order": "9", "starts_on": "", **typed}
    response = administrator.post(f"/people/services/{service.pk}/change/", whole)
    assert response.status_code == 200
    assert words in text(response)
    assert Service.objects.get(pk=service.pk).version == 1


def test_team_is_added_and_changed_with_its_other_names(administrator, cast):
    typed = {
        "name": "SWF Quay",
        "locality": "Quayside",
        "aliases": "Quay\r\n  SW  Quay \n\n",
        "starts_on": "",
    }
    administrator.post(f"/people/services/{cast.service.pk}/teams/add/", typed)
    team = Team.objects.named("sw quay").get()
    assert (team.name, team.locality, team.service) == ("SWF Quay", "Quayside", cast.service)
    address = f"/people/services/teams/{team.pk}/change/"
    assert "Quay\nSW Quay</textarea>" in text(administrator.get(address))
    clash = {**typed, "version": 1, "aliases": "SWF Harbour 1"}
    page = text(administrator.post(address, clash))
    assert "is already a name of SWF Harbour 1" in page
    assert 'href="#id_aliases"' in page
    administrator.post(address, {**typed, "version": 1, "name": "SWF Quayside", "ends_on": "1/9/2026"})
    team.refresh_from_db()
    assert team.ends_on == date(2026, 9, 1)
    assert Team.objects.named("SWF Quay").get() == team


def test_lists_of_services_and_teams_name_their_leaders(administrator, cast):
    assert "Hana Head" in text(administrator.get("/people/services/"))
    page = text(administrator.get(f"/people/services/{cast.service.pk}/"))
    assert "Hana Head" in page
    assert "Mo Manager" in page


def test_settings_in_force_are_only_read(administrator, settings):
    settings.IDLE_MINUTES = 25
    settings.REPORTING_YEAR = "financial"
    page = text(administrator.get("/people/settings/"))
    assert "25 minutes" in page
    assert "Financial year, from 1 April" in page
    assert administrator.post("/people/settings/").status_code == 405

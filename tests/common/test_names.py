"""Names as people write them: one name, however it is typed, pasted or saved by a spreadsheet."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kpi.indicators.actions.areas import add_area
from kpi.indicators.actions.indicators import add_indicator
from kpi.indicators.models.areas import Area
from kpi.indicators.models.indicators import Indicator
from kpi.indicators.models.versions import Basis, Unit
from qa_audit.common.names import did_you_mean, name_key, one_line, word_key
from qa_audit.common.references import read_reference, reference_of_number
from qa_audit.findings.forms import ThemeForm
from qa_audit.findings.models import Theme
from qa_audit.people.actions.organisation import add_service, add_team, change_service, change_team
from qa_audit.people.actions.persons import add_person
from qa_audit.people.models import Service, Team
from tests.factories import ServiceFactory

NAME = "Young People's Out-of-Hours Service"
SPELLINGS = [
    "Young People’s Out-of-Hours Service",
    "Young People\u2018s Out\u2010of\u2011Hours Service",
    "Young People\u00b4s Out\u2013of\u2014Hours Service",
    "young people's OUT-OF-HOURS service",
    "  Young  People's\tOut-of-Hours\u00a0Service ",
    "Young\u202fPeople\u02bcs Out\u2212of-Hours Service",
    "\ufeffYoung People's Out-of-Hours Ser\u00advice\u200b",
    "\uff39\uff4f\uff55\uff4e\uff47 People\uff07s Out\uff0dof-Hours Service",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_name_is_the_same_in_every_spelling(spelling):
    assert name_key(spelling) == name_key(NAME)
    assert word_key(spelling) == word_key("young_peoples_out_of_hours_service".replace("peoples", "people's"))


@pytest.mark.parametrize("other", ["Young Peoples Out-of-Hours Service", "Young People's Service", ""])
def test_another_name_is_another(other):
    assert name_key(other) != name_key(NAME)


def test_name_is_kept_as_written_without_what_nobody_sees():
    assert one_line("\u200bYoung  People’s\u00a0Ser\u00advice ") == "Young People’s Service"


def test_near_name_is_offered_and_a_far_one_is_not():
    known = ["Fostering", "Social Work with Families"]
    assert did_you_mean("Fosterng", known) == " Did you mean “Fostering”?"
    assert did_you_mean("Social work with familys", known) == " Did you mean “Social Work with Families”?"
    assert did_you_mean("Adoption", known) == did_you_mean("", known) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_same_name_is_refused_by_action_form_and_database(cast, spelling):
    add_service(name=NAME, by=cast.administrator)
    add_team(service=cast.service, name=NAME, by=cast.administrator)
    area = add_area(title=NAME, order=9, by=cast.analyst)
    Theme.objects.create(code="one", title=NAME)
    meaning = {"unit": Unit.NUMBER, "basis": Basis.IN_MONTH, "from_month": "2026-04-01", "title": "T"}
    add_indicator(code=NAME, area=area, by=cast.analyst, **meaning)

    for act in (
        lambda: add_service(name=spelling, by=cast.administrator),
        lambda: add_team(service=cast.service, name=spelling, by=cast.administrator),
        lambda: add_area(title=spelling, order=9, by=cast.analyst),
        lambda: add_indicator(code=spelling, area=area, by=cast.analyst, **meaning),
    ):
        with pytest.raises(ValidationError, match="already"):
            act()
    assert "title" in ThemeForm({"title": spelling, "version": 0}).errors
    for model, facts in (
        (Service, {"name": f"{spelling} "}),
        (Team, {"name": f"{spelling} ", "service": cast.service}),
        (Area, {"title": f"{spelling} "}),
        (Theme, {"title": f"{spelling} ", "code": "two"}),
        (Indicator, {"code": f"{spelling} ", "slug": "two", "area": area}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(**facts)
    assert Service.objects.named(spelling).get().name == NAME
    assert Indicator.objects.named(spelling).get().code == NAME


@pytest.mark.django_db
def test_renamed_service_and_team_are_held_apart_by_their_new_names(cast):
    change_service(service=cast.service, version=1, name="Harbour’s Families", order=1, by=cast.administrator)
    change_team(team=cast.team, version=1, name="Harbour’s Team", by=cast.administrator)

    assert Service.objects.named("harbour's families").get() == cast.service
    assert Service.objects.named("Social Work with Families").get() == cast.service
    assert Team.objects.named("HARBOUR'S team").get() == cast.team
    with pytest.raises(ValidationError):
        add_team(service=cast.service, name="Harbour's Team", by=cast.administrator)


@pytest.mark.django_db
def test_pasted_address_is_nobody_elses(cast):
    with pytest.raises(ValidationError, match="account with this address"):
        add_person(email=f"{cast.head.email.upper()}\u200b", name="Two", by=cast.administrator)


@pytest.mark.django_db
def test_council_whose_names_differ_by_an_apostrophe_keeps_both_and_lets_in_no_third(cast):
    one, two = ServiceFactory(name="Young People's Service"), ServiceFactory(name="Other")
    Service.objects.filter(pk=two.pk).update(name="Young People’s Service", name_key="b")
    Service.objects.filter(pk=one.pk).update(name_key="a")
    import_module("qa_audit.migrations.0012_fill_name_keys").fill(apps, None)

    assert set(Service.objects.named("young people's service")) == {one, two}
    two = Service.objects.get(pk=two.pk)
    change_service(service=two, version=1, name=two.name, order=7, by=cast.administrator)
    two.refresh_from_db()
    two.save()
    with pytest.raises(ValidationError):
        add_service(name="YOUNG PEOPLE’S SERVICE", by=cast.administrator)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("CASE\u2011101", "CASE-101"), (" '00123 ", "00123"), ("’00123", "00123"), ("C\u200b1\u00ad2", "C12"),
        ("12E5", "12E5"),
    ],
)  # fmt: skip
def test_reference_is_kept_in_one_spelling(typed, kept):
    assert read_reference(typed) == kept


@pytest.mark.parametrize("typed", ["1.23457E+14", "1E+17", "1,5e+10", "3.2E-5"])
def test_reference_that_a_spreadsheet_shortened_is_refused(typed):
    with pytest.raises(ValueError, match="its last digits are lost"):
        read_reference(typed)


@pytest.mark.parametrize(
    ("number", "shown_as", "kept"),
    [(12345, "General", "12345"), (12345.0, "0", "12345"), (12345, "#,##0", "12345"), (10**14, "", None)],
)  # fmt: skip
def test_reference_in_a_cell_of_a_number_is_its_digits(number, shown_as, kept):
    assert reference_of_number(number, shown_as) == (kept or str(number))


@pytest.mark.parametrize(
    ("number", "shown_as", "reason"),
    [
        (1234567890123456, "0", "more than 15 digits"),
        (12345, "00000000", "its format shows more than that number"),
        (12345, '"CASE-"0', "its format shows more than that number"),
        (12345, "000-00", "its format shows more than that number"),
        (2021.15, "0.000", "its format shows more than that number"),
    ],
)
def test_reference_of_which_the_cell_holds_less_than_it_shows_is_refused(number, shown_as, reason):
    with pytest.raises(ValueError, match=reason):
        reference_of_number(number, shown_as)

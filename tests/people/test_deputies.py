"""Standing in for somebody: within their roles, between two days, and on record under both names."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from qa_audit.audits.actions.moves import agree, share
from qa_audit.audits.models.audit import Audit
from qa_audit.audits.permissions import may_agree, may_share
from qa_audit.history.models import Event
from qa_audit.notices.models import Notice
from qa_audit.people.actions.deputies import end_deputy, name_deputy
from qa_audit.people.actions.persons import end_person, give_role
from qa_audit.people.models import Deputy, Role, User
from tests.factories import AuditFactory, NoticeFactory, UserFactory
from tests.factories.people import give_role as hold

pytestmark = pytest.mark.django_db

TODAY, LAST = date(2026, 5, 12), date(2026, 5, 22)


def again(person: User) -> User:
    """As the next request reads them."""
    return User.objects.get(pk=person.pk)


@pytest.fixture
def deputy(cast) -> User:
    """Somebody without a role, who stands in for the head of service."""
    name_deputy(person=cast.head, deputy=cast.nobody, starts_on=TODAY, ends_on=LAST, by=cast.administrator)
    return again(cast.nobody)


def test_deputy_of_a_head_opens_what_the_head_opens(cast, deputy):
    shared = AuditFactory(service=cast.service, team=cast.team, state="shared")
    AuditFactory(service=cast.elsewhere, team=cast.team_elsewhere, state="shared")
    assert deputy.roles == {Role.HEAD}
    assert deputy.headed_service_ids == {cast.service.pk}
    for rows in (Audit.objects.visible_to, Audit.objects.listed_for, Audit.objects.counted_for):
        assert list(rows(deputy)) == [shared]


def test_deputy_acts_from_the_first_to_the_last_day_and_no_longer(cast, frozen_clock):
    name_deputy(
        person=cast.head, deputy=cast.nobody, by=cast.administrator,
        starts_on=TODAY + timedelta(days=1), ends_on=TODAY + timedelta(days=2),
    )  # fmt: skip
    held = []
    for _ in range(4):
        held.append(again(cast.nobody).has_role(Role.HEAD))
        frozen_clock.shift(timedelta(days=1))
    assert held == [False, True, True, False]


def test_deputy_keeps_their_own_roles_and_scope(cast):
    name_deputy(
        person=cast.manager, deputy=cast.outsider, starts_on=TODAY, ends_on=LAST, by=cast.administrator
    )
    outsider = again(cast.outsider)
    assert outsider.managed_team_ids == {cast.team_elsewhere.pk, cast.team.pk}
    assert outsider.headed_service_ids == {cast.elsewhere.pk}


def test_deputy_of_a_deputy_inherits_nothing(cast, deputy):
    name_deputy(person=deputy, deputy=cast.analyst, starts_on=TODAY, ends_on=LAST, by=cast.administrator)
    assert again(cast.analyst).roles == {Role.ANALYST}


def test_history_names_both(cast):
    audit = AuditFactory(service=cast.service, team=cast.team, auditor=cast.auditor, state="submitted")
    name_deputy(person=cast.qa_lead, deputy=cast.head, starts_on=TODAY, ends_on=LAST, by=cast.administrator)
    share(audit=audit, by=again(cast.head))
    assert Event.objects.get(action="shared").actor_name == "Hana Head, deputy of Quinn Lead"
    assert Event.objects.get(action="shared").actor_id == cast.head.pk
    named = Event.objects.get(action="deputy named")
    assert named.object_id == cast.qa_lead.pk
    assert named.changes == {"deputy": [None, "Hana Head, 12 May 2026 to 22 May 2026"]}


def test_deputy_of_an_auditor_does_not_sign_off_that_auditors_audit(cast):
    """A QA lead wrote it; who stands in for that QA lead agrees it as little as they do."""
    hold(cast.qa_lead, Role.AUDITOR)
    audit = AuditFactory(service=cast.service, team=cast.team, auditor=cast.qa_lead, state="submitted")
    name_deputy(person=cast.qa_lead, deputy=cast.head, starts_on=TODAY, ends_on=LAST, by=cast.administrator)
    stand_in = again(cast.head)
    assert stand_in.has_role(Role.QA_LEAD)
    assert not may_share(stand_in, audit)
    with pytest.raises(PermissionDenied):
        share(audit=audit, by=stand_in)
    audit.state = "shared"
    assert not may_agree(stand_in, audit)
    with pytest.raises(PermissionDenied):
        agree(audit=audit, by=stand_in, reason="Early")


def test_concern_reaches_the_heads_deputy(cast, deputy):
    notice = NoticeFactory(service=cast.service, team=cast.team, raised_by=cast.auditor)
    assert list(Notice.objects.waiting_for(deputy)) == [notice]


def test_ending_takes_the_roles_with_the_next_request(cast, deputy, sign_in):
    client = sign_in(deputy)
    assert client.get(reverse("reports:hos_summary")).status_code == 200
    end_deputy(deputyship=Deputy.objects.get(), by=cast.administrator)
    assert client.get(reverse("reports:hos_summary")).status_code == 403
    assert Event.objects.get(action="deputy ended").changes["deputy"][1] is None
    with pytest.raises(PermissionDenied):
        end_deputy(deputyship=Deputy(pk=0, person=cast.head, deputy=deputy), by=cast.administrator)


def test_who_has_ended_lends_nothing_and_acts_for_nobody(cast, deputy):
    end_person(person=cast.head, by=cast.administrator)
    assert again(deputy).roles == frozenset()
    person = UserFactory()
    give_role(person=person, role=Role.QA_LEAD, by=cast.administrator)
    end_person(person=deputy, by=cast.administrator)
    with pytest.raises(ValidationError):
        name_deputy(person=person, deputy=again(deputy), starts_on=TODAY, ends_on=LAST, by=cast.administrator)


def test_administrator_does_not_name_themselves(cast):
    with suppress(ValidationError):
        name_deputy(
            person=cast.qa_lead,
            deputy=cast.administrator,
            starts_on=TODAY,
            ends_on=LAST,
            by=cast.administrator,
        )
    assert not Deputy.objects.exists()


@pytest.mark.parametrize("who", ["qa_lead", "head", "nobody"])
def test_only_administrators_name_deputies(cast, who):
    with pytest.raises(PermissionDenied):
        name_deputy(
            person=cast.manager, deputy=cast.auditor, starts_on=TODAY, ends_on=LAST, by=getattr(cast, who)
        )


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (LAST, TODAY, "on or after"),
        (date(2026, 5, 1), date(2026, 5, 11), "has passed"),
        (date(2026, 5, 22), date(2026, 5, 30), "already"),
    ],
)
def test_days_that_make_no_sense_are_refused(cast, deputy, first, last, said):
    with pytest.raises(ValidationError, match=said):
        name_deputy(person=cast.head, deputy=deputy, starts_on=first, ends_on=last, by=cast.administrator)


def test_database_refuses_what_never_holds(cast):
    for facts in (
        {"person": cast.head, "deputy": cast.head, "starts_on": TODAY, "ends_on": LAST},
        {"person": cast.head, "deputy": cast.auditor, "starts_on": LAST, "ends_on": TODAY},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Deputy.objects.create(**facts)


def test_administrator_names_and_ends_one_on_the_page(cast, sign_in):
    client = sign_in(cast.administrator)
    page = reverse("people:detail", args=[cast.head.pk])
    assert "Nobody is deputy for Hana Head" in client.get(page).content.decode()
    sent = {"deputy": cast.manager.pk, "starts_on": "12 May 2026", "ends_on": "22/5/2026"}
    response = client.post(reverse("people:name_deputy", args=[cast.head.pk]), sent)
    assert response.headers["Location"] == page
    text = client.get(page).content.decode()
    assert "Mo Manager" in text
    assert "12 May 2026 to 22 May 2026" in text
    there = client.get(reverse("people:detail", args=[cast.manager.pk])).content.decode()
    assert "deputises for Hana Head, 12 May 2026 to 22 May 2026" in there
    own = sign_in(cast.manager).get(reverse("people:account")).content.decode()
    assert "Hana Head, 12 May 2026 to 22 May 2026" in own
    address = reverse("people:end_deputy", args=[cast.head.pk, Deputy.objects.get().pk])
    assert "Stop Mo Manager being deputy" in client.get(address).content.decode()
    assert client.post(address).headers["Location"] == page
    assert not Deputy.objects.exists()


def test_form_says_what_is_wrong_and_offers_neither_the_person_nor_oneself(cast, sign_in):
    client = sign_in(cast.administrator)
    address = reverse("people:name_deputy", args=[cast.head.pk])
    page = client.get(address).content.decode()
    assert "Mo Manager" in page
    for person in (cast.head, cast.administrator):
        assert f'<option value="{person.pk}"' not in page
    page = client.post(
        address, {"deputy": cast.manager.pk, "starts_on": "22 May 2026", "ends_on": "12 May 2026"}
    )
    assert "must be on or after the first day" in page.content.decode()


def test_the_roles_of_a_request_are_one_query(cast, deputy, django_assert_num_queries):
    person = again(deputy)
    with django_assert_num_queries(1):
        assert person.roles
        assert person.acting_name == "Noor Norole, deputy of Hana Head"
        assert person.acting_ids == {person.pk, cast.head.pk}

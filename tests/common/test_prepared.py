"""Statements composed once: they say what the queryset says, and are read anew each time."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from qa_audit.people.models import USER, Deputy, Role, RoleGrant, User
from qa_audit.people.sessions import SESSION
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def test_a_person_is_read_with_every_field():
    user = UserFactory()
    again = User.objects.get(pk=user.pk)
    [read] = USER.rows(pk=user.pk)
    assert {field.attname: getattr(read, field.attname) for field in User._meta.concrete_fields} == {
        field.attname: getattr(again, field.attname) for field in User._meta.concrete_fields
    }
    assert not read._state.adding


def test_a_row_that_changed_reads_changed():
    user = UserFactory()
    assert USER.rows(pk=user.pk)[0].is_active
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not USER.rows(pk=user.pk)[0].is_active
    assert USER.rows(pk=0) == []


def test_roles_of_those_for_whom_one_stands_in_come_in_the_same_statement():
    away, deputy = UserFactory(), UserFactory()
    RoleGrant.objects.create(user=away, role=Role.QA_LEAD)
    today = timezone.localdate()
    lent = Deputy.objects.create(person=away, deputy=deputy, starts_on=today, ends_on=today)
    with CaptureQueriesContext(connection) as made:
        read = User.objects.get(pk=deputy.pk)
        assert read.roles == {Role.QA_LEAD}
        assert read.deputises_for == [away]
    assert len(made) == 2
    Deputy.objects.filter(pk=lent.pk).update(
        starts_on=today - timedelta(days=2), ends_on=today - timedelta(days=1)
    )
    assert User.objects.get(pk=deputy.pk).roles == frozenset()


def test_a_session_ends_with_its_time():
    now = timezone.now()
    Session.objects.create(session_key="k" * 32, session_data="", expire_date=now + timedelta(hours=1))
    assert [one.session_key for one in SESSION.rows(key="k" * 32, now=now)] == ["k" * 32]
    assert SESSION.rows(key="k" * 32, now=now + timedelta(hours=2)) == []
    assert SESSION.rows(key="another", now=now) == []

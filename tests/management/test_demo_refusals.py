"""The demonstration, where it must not be loaded or finds something else."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from qa_audit.audits.models.audit import Audit
from qa_audit.people.models import Service, User
from tests.factories import ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db


def demo(*options) -> None:
    with override_settings(DEBUG=True):
        call_command("demo", *options, stdout=StringIO())


def test_command_refuses_without_debug():
    with pytest.raises(CommandError, match="DEBUG is off"):
        call_command("demo")


def test_other_content_is_refused_and_force_adds_even_on_new_years_day(frozen_clock):
    frozen_clock.move_to("2026-01-01T00:30:00+00:00")
    mine = ServiceFactory(name="Fostering")
    other = UserFactory(email="someone@council.example")
    with pytest.raises(CommandError, match="holds other content"):
        demo()
    demo("--force")
    assert User.objects.filter(pk=other.pk).exists()
    assert Service.objects.get(name="Fostering") == mine
    this_year = Audit.objects.counted().filter(audited_on__year=timezone.localdate().year)
    assert this_year.count() >= 20
    assert Audit.objects.filter(audited_on__year=2021).count() == 455


def test_database_that_is_not_up_to_date_is_told_plainly():
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {User._meta.db_table} RENAME TO somewhere_else")
    with pytest.raises(CommandError, match="Bring the database up to date first, with migrate"):
        demo()

"""Many rows at once: alike but for what differs."""

from datetime import date

import pytest

from qa_audit.common.rows import insert_like
from qa_audit.people.models import Service

pytestmark = pytest.mark.django_db


def test_rows_are_alike_but_for_what_differs():
    began = date(2020, 4, 1)
    differing = ("name", "name_key", "order")
    insert_like(Service(starts_on=began), differing, [("Fostering", "f", 1), ("Adoption", "a", 2)])
    stored = Service.objects.values_list("name", "order", "starts_on", "ends_on", "version")
    assert list(stored) == [("Fostering", 1, began, None, 1), ("Adoption", 2, began, None, 1)]


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_like(Service(), ("name",), [])

"""Two people accept the same file in the same moment, each over a connection of their own."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from kpi.indicators.models.indicators import Indicator
from kpi.returns.actions import accept_return
from kpi.returns.dry_run import check_return
from kpi.returns.models import Observation
from qa_audit.people.actions.persons import system_user

pytestmark = pytest.mark.django_db(transaction=True)

CONTENT = b"ref,unit_of_measure,2026-03,2026-04\nN1,number,5,7\nN2,number,6,8\n"


def test_same_file_accepted_twice_at_once_is_stored_once():
    by, both_checked, counts, errors = system_user(), Barrier(2, timeout=30), [], []

    def take_in():
        try:
            check = check_return(CONTENT, file_name="return.csv", create_indicators=True)
            both_checked.wait()
            kept = accept_return(check=check, by=by)
            counts.append((kept.new, kept.unchanged))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=take_in) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert sorted(counts) == [(0, 4), (4, 0)]
    assert Observation.objects.count() == 4
    assert Indicator.objects.count() == 2

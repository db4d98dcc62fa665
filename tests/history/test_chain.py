import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from qa_audit.history import triggers
from qa_audit.history.actions import NewEvent, difference, record, record_all, record_reading
from qa_audit.history.checks import chain_problems
from qa_audit.history.models import ChainHead, Event, Snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_events(cast):
    record("one", by=cast.auditor, obj=cast.team, changes={"name": ["a", "b"]})
    record("two", by=cast.auditor, obj=cast.team, reason="Because", snapshot={"name": "b", "when": None})
    record("three", by=None)


@pytest.fixture
def unprotected(db):
    """As somebody with the database's own password could do it."""
    triggers.drop(connection)
    yield
    triggers.make(connection)


def test_whole_chain_has_no_problems(three_events):
    assert list(chain_problems()) == []
    assert [event.sequence for event in Event.objects.order_by("sequence")] == [1, 2, 3]
    assert ChainHead.objects.get().sequence == 3
    call_command("verify_history")


@pytest.mark.parametrize(
    "change",
    [
        {"actor_name": "Somebody else"},
        {"changes": {"name": ["a", "c"]}},
        {"reason": "Another reason"},
        {"service_id": 5},
        {"snapshot_hash": "0" * 64},
        {"at": "2020-01-01T00:00:00Z"},
        {"is_reading": True},
    ],
)
def test_every_altered_field_is_found(three_events, unprotected, change):
    Event.objects.filter(sequence=2).update(**change)
    assert any("Event 2" in problem for problem in chain_problems())
    with pytest.raises(CommandError):
        call_command("verify_history")


EVERY = triggers.names(connection)
SAME_NAME = "CREATE TRIGGER qa_audit_event_no_delete"
DO_NOTHING = {
    "sqlite": [
        [f"{SAME_NAME} BEFORE DELETE ON qa_audit_event BEGIN SELECT 1; END"],
        [f"{SAME_NAME} BEFORE DELETE ON qa_audit_event WHEN 0 BEGIN SELECT RAISE(ABORT, 'No'); END"],
        [f"{SAME_NAME} BEFORE DELETE ON qa_audit_chainhead BEGIN SELECT RAISE(ABORT, 'No'); END"],
    ],
    "postgresql": [
        ["CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$",
         f"{SAME_NAME} BEFORE DELETE ON qa_audit_event FOR EACH ROW EXECUTE FUNCTION nothing()"],
        [f"{SAME_NAME} BEFORE DELETE ON qa_audit_event FOR EACH ROW WHEN (false) "
         "EXECUTE FUNCTION qa_audit_event_refuse()"],
        [f"{SAME_NAME} BEFORE DELETE ON qa_audit_chainhead FOR EACH ROW "
         "EXECUTE FUNCTION qa_audit_event_refuse()"],
    ],
}  # fmt: skip


@pytest.mark.parametrize("number", range(3))
def test_trigger_of_the_same_name_that_does_something_else_is_found(db, unprotected, number):
    triggers.make(connection)
    assert triggers.missing(connection) == []
    on_table = " ON qa_audit_event" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER qa_audit_event_no_delete{on_table}")
        for sql in DO_NOTHING[connection.vendor][number]:
            cursor.execute(sql)
    assert triggers.missing(connection) == ["qa_audit_event_no_delete"]
    assert any("qa_audit_event_no_delete is missing or does not" in said for said in chain_problems())
    triggers.make(connection)
    assert triggers.missing(connection) == []


@pytest.mark.parametrize(
    ("sql", "missed"),
    [
        ("ALTER TABLE qa_audit_event DISABLE TRIGGER qa_audit_event_no_update", ["qa_audit_event_no_update"]),
        (
            "ALTER TABLE qa_audit_event ENABLE REPLICA TRIGGER qa_audit_event_no_delete",
            ["qa_audit_event_no_delete"],
        ),
        ("ALTER TABLE qa_audit_event DISABLE TRIGGER USER", [name for name in EVERY if "_event_" in name]),
        ("ALTER TABLE qa_audit_event ENABLE ALWAYS TRIGGER qa_audit_event_no_update", []),
        (
            "CREATE OR REPLACE FUNCTION qa_audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN OLD; END $$",
            EVERY,
        ),
    ],
)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite switches no trigger off")
def test_trigger_that_is_switched_off_is_found(db, unprotected, sql, missed):
    triggers.make(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    assert triggers.missing(connection) == missed


@pytest.mark.parametrize("sequence", [1, 2, 3])
def test_removed_event_is_found_wherever_it_stood(three_events, unprotected, sequence):
    Event.objects.filter(sequence=sequence).delete()
    assert len(list(chain_problems())) > 1  # beside the triggers that this test took away


def test_altered_and_removed_snapshots_are_found(three_events, unprotected):
    Snapshot.objects.update(content={"name": "c"})
    assert "The snapshot of event 2 was altered." in list(chain_problems())
    Snapshot.objects.all().delete()
    assert "The snapshot of event 2 is missing." in list(chain_problems())


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE qa_audit_event SET reason = 'x'",
        "DELETE FROM qa_audit_event",
        "UPDATE qa_audit_snapshot SET content = '{}'",
        "DELETE FROM qa_audit_snapshot",
        "UPDATE qa_audit_chainhead SET sequence = 2",
        "UPDATE qa_audit_chainhead SET hash = 'x'",
        "UPDATE qa_audit_chainhead SET id = 2, sequence = 4",
        "DELETE FROM qa_audit_chainhead",
        *(
            [f"TRUNCATE {table}" for table in (triggers.EVENT, triggers.SNAPSHOT, triggers.HEAD)]
            if connection.vendor == "postgresql"
            else []
        ),
    ],
)
def test_database_refuses_to_change_history(three_events, sql):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_missing_trigger_is_reported(three_events, unprotected):
    assert len(list(chain_problems())) == len(EVERY) == {"sqlite": 6, "postgresql": 9}[connection.vendor]


def test_history_goes_with_its_transaction(cast):
    with transaction.atomic():
        record("lost", by=cast.auditor)
        transaction.set_rollback(True)
    assert not Event.objects.exists()


def test_same_look_within_five_minutes_is_written_once(cast, frozen_clock):
    assert record_reading("opened", by=cast.head, obj=cast.team)
    assert record_reading("opened", by=cast.head, obj=cast.team) is None
    assert record_reading("opened", by=cast.leader, obj=cast.team)
    frozen_clock.shift(301)
    assert record_reading("opened", by=cast.head, obj=cast.team)
    assert Event.objects.readings().count() == 3


def test_narrative_is_kept_as_hash_and_length_only(cast):
    changes = difference({"text": "", "grade": "good"}, {"text": "About a child", "grade": "good"}, ["text"])
    record("edited", by=cast.auditor, obj=cast.team, changes=changes)
    assert Event.objects.get().changes["text"][1]["length"] == 13
    assert "About" not in str(Event.objects.values().get())


def test_a_batch_is_one_chain(cast):
    record_all([NewEvent(action=f"row {n}", obj=cast.team) for n in range(700)], by=cast.qa_lead)
    assert list(chain_problems()) == []
    assert Event.objects.count() == 700


def test_snapshot_moved_to_another_record_is_found(three_events, unprotected):
    Snapshot.objects.update(object_id=999_999)
    triggers.make(connection)
    assert list(chain_problems()) == ["The snapshot of event 2 was altered."]

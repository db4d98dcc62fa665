"""Heads that leave the database: by them a rewritten history is found, though every hash in it is right."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from qa_audit.history import triggers
from qa_audit.history.actions import record
from qa_audit.history.checks import read_heads
from qa_audit.history.models import ChainHead, Event, Snapshot, digest
from qa_audit.jobs.models import Lock

pytestmark = pytest.mark.django_db


@pytest.fixture
def heads_file(tmp_path, settings):
    settings.HISTORY_HEADS = str(tmp_path / "heads")
    return tmp_path / "heads"


@pytest.fixture
def nights(cast, heads_file, frozen_clock):
    """Three nights, with two events before each."""
    for night in range(3):
        record(f"event {night}", by=cast.auditor, obj=cast.team, snapshot={"night": night})
        record(f"another {night}", by=cast.auditor)
        call_command("nightly")
        frozen_clock.shift(timedelta(days=1))
    return heads_file


def rewrite(sequence: int, reason: str) -> None:
    """As the owner of the database could: without triggers, and each hash from there on made anew."""
    triggers.drop(connection)
    events = list(Event.objects.order_by("sequence"))
    previous = "0" * 64
    for event in events:
        if event.sequence == sequence:
            event.reason = reason
            if event.snapshot_hash:
                Snapshot.objects.filter(event_sequence=sequence).update(content={"night": reason})
                event.snapshot_hash = digest({"night": reason})
        event.previous_hash = previous
        previous = event.hash = event.chained_hash()
        event.save()
    ChainHead.objects.update(hash=previous)
    triggers.make(connection)


def shorten(last: int) -> None:
    """The later events were never there."""
    triggers.drop(connection)
    Snapshot.objects.filter(event_sequence__gt=last).delete()
    Event.objects.filter(sequence__gt=last).delete()
    ChainHead.objects.update(sequence=last, hash=Event.objects.get(sequence=last).hash)
    triggers.make(connection)


def test_each_night_adds_the_head_to_the_file(nights):
    lines = nights.read_text().splitlines()
    assert [line.split(" ")[1].split(":")[0] for line in lines] == ["2", "4", "6"]
    assert lines[-1] == f"2026-05-14T09:00:00+00:00 {ChainHead.objects.get()}"
    call_command("verify_history", heads=nights)


def test_head_after_a_line_that_was_marked_is_still_held_against_the_chain():
    lines = [f"2026-05-12 1:{'a' * 64}", "# lost by the restore", "", f"2026-05-14 3:{'b' * 64}"]
    assert read_heads(lines) == [(1, "a" * 64), (3, "b" * 64)]


@pytest.mark.parametrize("sequence", range(1, 7))
def test_rewritten_history_passes_by_itself_and_not_against_the_heads(nights, sequence, capsys):
    rewrite(sequence, "Another reason")
    call_command("verify_history")  # the chain alone cannot tell
    with pytest.raises(CommandError, match="not whole"):
        call_command("verify_history", heads=nights)
    assert "was handed out: history was rewritten." in capsys.readouterr().err


def test_rewritten_history_is_found_by_the_mailed_head(cast, settings, capsys):
    settings.HISTORY_HEADS_TO = ["records@council.example", "audit@council.example"]
    record("one", by=cast.auditor, reason="The true reason")
    call_command("nightly")
    (message,) = mail.outbox
    assert message.to == settings.HISTORY_HEADS_TO
    assert message.subject == "Line of Sight: history at event 1"
    mailed = message.body.rstrip().rsplit(" ", 1)[1]
    assert mailed == str(ChainHead.objects.get())
    assert "true reason" not in message.body
    assert message.from_email == settings.DEFAULT_FROM_EMAIL
    assert message.body.startswith("On 12 May 2026 at 10")
    call_command("verify_history", expect=[mailed])
    rewrite(1, "Another reason")
    with pytest.raises(CommandError):
        call_command("verify_history", expect=[mailed])
    assert "Event 1 is not the one whose hash was handed out" in capsys.readouterr().err


def test_live_site_whose_last_events_are_gone_fails(nights, capsys):
    shorten(3)
    call_command("verify_history")
    with pytest.raises(CommandError, match="2 problems"):
        call_command("verify_history", heads=nights)
    assert "Event 6 is missing: history ends with event 3." in capsys.readouterr().err


def test_drill_expects_that_the_later_heads_are_missing(nights, capsys):
    shorten(3)
    call_command("verify_history", heads=nights, after_restore=True)
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "Event 4 is missing: history ends with event 3.",
        "Event 6 is missing: history ends with event 3.",
        "History is whole: 3 events.",
    ]
    rewrite(2, "Another reason")
    with pytest.raises(CommandError):
        call_command("verify_history", heads=nights, after_restore=True)


def test_emptied_history_fails(nights):
    triggers.drop(connection)
    for model in (Snapshot, Event, ChainHead):
        model.objects.all().delete()
    triggers.make(connection)
    call_command("verify_history")
    with pytest.raises(CommandError, match="3 problems"):
        call_command("verify_history", heads=nights)


def test_restored_site_marks_the_heads_that_it_lost(nights, cast):
    shorten(3)
    record("after the restore", by=cast.auditor)
    with pytest.raises(CommandError):
        call_command("verify_history", heads=nights)
    first, *lost = nights.read_text().splitlines()
    nights.write_text("\n".join([first, *(f"# restored: {line}" for line in lost), ""]))
    call_command("nightly")
    call_command("verify_history", heads=nights)


@pytest.mark.parametrize("line", ["nonsense", "12:abc", f"x:{'0' * 64}", f"{'9' * 30}:{'0' * 64}"])
def test_line_that_holds_no_head_is_named(nights, line):
    nights.write_text(nights.read_text() + line + "\n")
    with pytest.raises(CommandError, match="Line 4"):
        call_command("verify_history", heads=nights)
    with pytest.raises(CommandError, match="is not a head"):
        call_command("verify_history", expect=[line])


def test_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("verify_history", heads=tmp_path / "nowhere")


def test_head_that_has_nowhere_to_go_fails(cast):
    record("one", by=cast.auditor)
    with pytest.raises(CommandError, match="was not sent anywhere"):
        call_command("nightly")


def test_mail_that_fails_does_not_keep_the_head_from_the_file(cast, heads_file, settings):
    settings.HISTORY_HEADS_TO = ["records@council.example"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    record("one", by=cast.auditor)
    with pytest.raises(CommandError, match=r"did not reach records@council\.example"):
        call_command("nightly")
    assert str(ChainHead.objects.get()) in heads_file.read_text()


def test_two_machines_hand_the_head_out_once(cast, heads_file, capsys):
    record("one", by=cast.auditor)
    lock = Lock.objects.create(name="nightly", holder="x", held_until=timezone.now() + timedelta(minutes=5))
    call_command("nightly")
    assert capsys.readouterr().out == "Another machine is running “nightly”. Nothing to do here.\n"
    assert not heads_file.exists()
    # The other machine died: after an hour its lock holds nobody up.
    Lock.objects.update(held_until=timezone.now())
    call_command("nightly")
    assert len(heads_file.read_text().splitlines()) == 1
    lock.refresh_from_db()
    assert (lock.holder, lock.held_until) == ("", None)


def test_lock_is_free_again_after_a_failure(cast):
    record("one", by=cast.auditor)
    with pytest.raises(CommandError):
        call_command("nightly")
    assert Lock.objects.get().held_until is None

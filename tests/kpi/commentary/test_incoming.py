"""Commentary that comes in with a return: shown in the dry run, submitted, and never over approved words."""

import pytest

from kpi.commentary import actions
from kpi.commentary.models import Commentary
from kpi.packs.dataset import Dataset
from kpi.returns.actions import ReturnRefused, accept_return
from kpi.returns.dry_run import check_return
from qa_audit.common.publishing.files import content
from qa_audit.history.models import Event
from qa_audit.people.actions.persons import system_user
from tests.factories import TeamFactory
from tests.factories.kpi import APRIL, CommentaryFactory
from tests.kpi.returns.conftest import csv_file, run  # noqa: F401

POINTS = "Visits fell in two teams.\nThree posts are vacant."


def checked(*rows: list[str], create: bool = False):
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    return check_return(text.encode(), file_name="a.csv", create_indicators=create)


def bring(words: str, analysis: str = "", code: str = "CP1"):
    return checked(
        ["ref", "2026-03", "2026-04", "commentary", "area_analysis"], [code, "88", "90", words, analysis]
    )


def kinds(check) -> list[tuple]:
    named = ("Commentary", "Analysis of its area")
    return [(one.kind, one.old, one.new) for one in check.lines() if one.words in named]


def approve(cast, subject, text: str) -> Commentary:
    kept = actions.write(subject=subject, month=APRIL, version=0, values={"text": text}, by=cast.head)
    kept = actions.submit(commentary=kept, version=None, by=cast.head)
    return actions.approve(commentary=kept, version=None, by=cast.analyst)


def test_new_words_are_submitted_for_the_newest_month_and_the_file_again_changes_nothing(cast, indicator):
    check = bring("Late in two teams.", POINTS)
    assert kinds(check) == [("new", "", "Late in two teams."), ("new", "", " ".join(POINTS.split("\n")))]
    assert not Commentary.objects.exists()
    accept_return(check=check, by=cast.analyst, reason="x")
    of_indicator, of_area = Commentary.objects.order_by("area_id").filter(area=None).get(), None
    of_area = Commentary.objects.of_areas().get()
    for kept in (of_indicator, of_area):
        assert (kept.month, kept.status, kept.written_by) == (APRIL, "submitted", cast.analyst)
    assert (of_indicator.text, of_area.points) == ("Late in two teams.", POINTS.split("\n"))
    assert Event.objects.filter(action="commentary brought in").count() == 2
    again = bring("Late in two teams.", POINTS)
    assert [kind for kind, *_ in kinds(again)] == ["unchanged", "unchanged"]
    assert not again.planned


def test_words_that_are_not_approved_yet_are_revised_and_told(cast, indicator):
    draft = CommentaryFactory(indicator=indicator, text="Old words.", returned_note="Say more.")
    check = bring("New words.")
    assert kinds(check) == [("revised", "Old words.", "New words.")]
    accept_return(check=check, by=cast.analyst, reason="x")
    draft.refresh_from_db()
    assert (draft.text, draft.status, draft.returned_note, draft.version) == (
        "New words.",
        "submitted",
        "",
        2,
    )


def test_approved_words_are_never_replaced(cast, indicator):
    approve(cast, indicator, "Agreed words.")
    approve(cast, indicator.area, POINTS)
    check = bring("Other words.", "Other points.")
    assert [str(one).partition(": ")[2] for one in check.problems] == [
        f"{subject}, April 2026: The approved words are different. "
        "Return them to their writer first, or leave this cell empty."
        for subject in ("CP1", indicator.area.title)
    ]
    with pytest.raises(ReturnRefused):
        accept_return(check=check, by=cast.analyst, reason="x")
    assert [kind for kind, *_ in kinds(bring("Agreed words.", POINTS))] == ["unchanged", "unchanged"]


def test_words_written_since_the_check_are_not_lost(cast, indicator):
    check = bring("From the file.")
    values = {"text": "From the head.", "same_as": None}
    actions.write(subject=indicator, month=APRIL, version=0, values=values, by=cast.head)
    with pytest.raises(ReturnRefused, match="Check it again"):
        accept_return(check=check, by=cast.analyst, reason="x")
    assert Commentary.objects.get().text == "From the head."


def test_names_in_words_are_warned_of(cast, indicator):
    check = bring("Call 07700 900123 about it.")
    assert any("Could this name somebody? “07700 900123”" in str(one) for one in check.warnings)


def test_rows_of_one_area_that_say_otherwise_are_a_problem(cast, indicator):
    head = ["ref", "unit_of_measure", "2026-04", "area", "area_analysis"]
    rows = (["A", "number", "5", "Visits", "One."], ["B", "number", "6", "visits", "Two."])
    check = checked(head, *rows, create=True)
    assert "Cell E2 says something else. Leave one of them out." in str(next(iter(check.problems)))
    accept_return(check=checked(head, rows[0], [*rows[1][:4], "One."], create=True), by=system_user())
    kept = Commentary.objects.get()
    assert (kept.area.title, kept.text, kept.written_by.is_system) == ("Visits", "One.", True)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["CP1", "x" * 5001, "90", ""], "Words on a figure have at most 5,000 characters."),
        (["CP1", "Words", "45", "Harbour"], "Words go in the row of the council's own figure"),
    ],
)
def test_words_that_cannot_be_taken_are_a_problem(cast, indicator, row, told):
    TeamFactory(name="Harbour")
    check = checked(["ref", "commentary", "2026-04", "team"], row)
    assert told in " ".join(map(str, check.problems))


def test_command_tells_and_stores_them(cast, indicator, csv_file, run):  # noqa: F811
    path = csv_file(["ref", "2026-04", "analysis"], ["CP1", 90, "Late in two teams."])
    assert "Commentary of CP1 April 2026: Late in two teams." in run(path, "--check", "--reason", "x")[1]
    assert not Commentary.objects.exists()
    run(path, "--reason", "x")
    assert Commentary.objects.get().text == "Late in two teams."


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_words_of_a_written_pack_come_in_again_as_unchanged(cast, indicator, kind):
    approve(cast, indicator, "- Late in two teams.\nAll were seen since.")
    approve(cast, indicator.area, POINTS)
    check = check_return(
        content(Dataset(system_user(), APRIL).document(is_full=True), kind), file_name=f"a.{kind}"
    )
    assert [one for one in check.planned if hasattr(one, "stored")] == []
    expected = 2 if kind == "csv" else 1
    assert [kind for kind, *_ in kinds(check)] == ["unchanged"] * expected

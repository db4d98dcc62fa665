"""import_audits: what good files become."""

import json
from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied

from qa_audit.audits.actions.past import record_past_audits
from qa_audit.audits.actions.snapshots import snapshot
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.models.header import Capacity, Kind, ReasonChosen
from qa_audit.findings.models import Finding, FindingKind, Origin, Severity
from qa_audit.history.checks import chain_problems
from qa_audit.history.models import Event, Snapshot
from qa_audit.imports.actions import ImportRefused, import_past
from qa_audit.imports.check import check_file
from qa_audit.imports.models import PastImport
from qa_audit.learning.models import LearningReview, ReviewStatus
from qa_audit.people.models import FormerName, Service, TeamAlias
from qa_audit.tools.models import Concept, Domain, Grade, ToolVersion
from tests.factories import AuditFactory, ToolVersionFactory
from tests.imports.conftest import good_row

pytestmark = pytest.mark.django_db


def test_least_row_becomes_an_agreed_imported_audit(cast, csv_file, run):
    status, printed = run(csv_file(good_row()))

    assert status == 0, printed
    assert "1 row read: 1 audit and 0 learning reviews imported" in printed
    audit = Audit.objects.get()
    assert audit.reference == "A-2021-0001"
    assert (audit.state, audit.is_imported, audit.auditor) == (State.AGREED, True, None)
    assert (audit.case_reference, audit.service, audit.team) == ("C1", cast.service, None)
    assert audit.audited_on == date(2021, 3, 27)
    assert audit.grade == audit.first_grade == ""
    assert audit.agreed_at is not None
    assert audit.tool_version.tool.code == "imported"
    assert list(Audit.objects.counted()) == [audit]


def test_whole_row_keeps_everything_it_says(cast, csv_file, run):
    path = csv_file(
        good_row(
            team="SWF Harbour 1",
            kind="thematic",
            theme="Neglect",
            overall_grade="requires improvement",
            **{"grade: Plan": "inadequate", "grade: Child's voice": "Good"},
            going_well="Seen alone early 🙂\nand often.",
            improvements="The plan lists services.",
            auditor_email="ADA.Auditor@council.example",
        )
    )

    assert run(path)[0] == 0
    audit = Audit.objects.get()
    assert (audit.team, audit.auditor, audit.theme) == (cast.team, cast.auditor, "Neglect")
    assert audit.grade == audit.first_grade == Grade.REQUIRES_IMPROVEMENT
    assert dict(audit.domain_grades.values_list("domain__concept__key", "grade")) == {
        "plan": "inadequate",
        "childs-voice": "good",
    }
    strength, improvement = Finding.objects.order_by("-kind")
    assert (strength.kind, strength.text) == (FindingKind.STRENGTH, "Seen alone early 🙂\nand often.")
    assert (improvement.text, improvement.severity) == ("The plan lists services.", Severity.MEDIUM)
    assert {finding.audit_finding.audit for finding in (strength, improvement)} == {audit}
    assert {finding.origin for finding in (strength, improvement)} == {Origin.AUDIT}
    assert {finding.team for finding in (strength, improvement)} == {cast.team}
    assert not strength.themes.exists()


def test_headers_stand_in_any_order_and_case_with_spaces_underscores_and_hyphens_alike(cast, workbook, run):
    path = workbook(
        ["AUDITED ON", "Overall-Grade", "Kind", "grade:risk_and  safety", "Service", " Reference "],
        [datetime(2021, 3, 27), "GOOD", "Individual", "Good", "social work with FAMILIES", "C1"],
    )

    status, printed = run(path)
    assert status == 0, printed
    audit = Audit.objects.get()
    assert (audit.grade, audit.audited_on) == ("good", date(2021, 3, 27))
    assert audit.domain_grades.get().domain.concept.key == "risk-and-safety"


@pytest.mark.parametrize(
    ("kind", "capacity", "reason"),
    [
        (Kind.INDIVIDUAL, Capacity.QA_UNIT, ReasonChosen.REQUESTED),
        (Kind.THEMATIC, Capacity.QA_UNIT, ReasonChosen.THEME),
        (Kind.MANAGER, Capacity.MANAGER, ReasonChosen.REQUESTED),
    ],
)
def test_kind_says_capacity_and_reason(cast, csv_file, run, kind, capacity, reason):
    assert run(csv_file(good_row(kind=kind.label)))[0] == 0
    audit = Audit.objects.get()
    assert (audit.kind, audit.capacity, audit.reason_chosen) == (kind, capacity, reason)
    assert audit.derived_kind() == kind


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("outstanding", "outstanding"),
        ("Good", "good"),
        ("REQUIRES IMPROVEMENT", "requires_improvement"),
        ("requires_improvement", "requires_improvement"),
        ("Requires improvement to be good", "requires_improvement"),
        ("Inadequate", "inadequate"),
        ("", ""),
    ],
)
def test_grades_are_read_in_words(cast, csv_file, run, written, stored):
    assert run(csv_file(good_row(overall_grade=written)))[0] == 0
    assert Audit.objects.get().grade == stored


def test_audit_without_a_grade_stays_ungraded(cast, csv_file, run):
    run(csv_file(good_row(overall_grade="")))
    assert not Audit.objects.graded().exists()
    assert Audit.objects.counted().count() == 1


@pytest.mark.parametrize("day", [datetime(2021, 3, 27, 14, 30), date(2021, 3, 27), "2021-03-27"])
def test_date_is_a_date_cell_or_text(cast, workbook, run, day):
    assert run(workbook(list(good_row()), list(good_row(audited_on=day).values())))[0] == 0
    assert Audit.objects.get().audited_on == date(2021, 3, 27)


def test_today_is_not_in_the_future(cast, csv_file, run):
    assert run(csv_file(good_row(audited_on="2026-05-12")))[0] == 0


def test_service_is_known_by_its_former_name_and_team_by_its_alias(cast, csv_file, run):
    FormerName.objects.create(service=cast.service, name="Protection and Court")
    TeamAlias.objects.create(team=cast.team, name="Harbour One")
    assert run(csv_file(good_row(service="protection and court", team="harbour one")))[0] == 0
    audit = Audit.objects.get()
    assert (audit.service, audit.team) == (cast.service, cast.team)


def test_dates_of_a_service_never_refuse_a_past_audit(cast, csv_file, run):
    Service.objects.filter(pk=cast.service.pk).update(starts_on=date(2024, 1, 1), ends_on=date(2025, 1, 1))
    assert run(csv_file(good_row()))[0] == 0


def test_numbers_in_the_reference_column_are_its_text(cast, workbook, run):
    assert run(workbook(list(good_row()), list(good_row(reference=1234567).values())))[0] == 0
    assert Audit.objects.get().case_reference == "1234567"


def test_domains_are_known_by_any_title_that_a_tool_or_the_library_knows(cast, csv_file, run):
    version = ToolVersionFactory()
    concept = Concept.objects.create(key="cot", kind="domain", title="Safer sleep", import_title="Sleep")
    Domain.objects.create(version=version, concept=concept, order=9, title="Sleeping safely")
    for number, title in enumerate(["Safer sleep", "sleep", "SLEEPING  SAFELY"]):
        row = good_row(reference=f"S{number}", **{f"grade: {title}": "good"})
        status, printed = run(csv_file(row, name=f"{number}.csv"))
        assert status == 0, printed
    assert {grade.domain.concept for audit in Audit.objects.all() for grade in audit.domain_grades.all()} == {
        concept
    }


def test_core_domains_are_made_on_first_use_and_the_built_in_version_grows(cast, csv_file, run):
    run(csv_file(good_row(**{"grade: Plan": "good"})))
    assert Concept.objects.filter(kind="domain").count() == 12
    version = ToolVersion.objects.get()
    assert (version.tool.is_built_in, version.scale, version.status) == (True, "four_grades", "published")
    first = version.domains.get()

    run(csv_file(good_row(reference="C2", **{"grade: Plan": "good", "grade: Impact": "good"}), name="2.csv"))
    assert ToolVersion.objects.get() == version
    assert [domain.concept.key for domain in version.domains.all()] == ["plan", "impact"]
    assert version.domains.first() == first


def test_published_versions_keep_what_they_say(cast, csv_file, run):
    published = ToolVersionFactory()
    before = list(published.domains.values())
    run(csv_file(good_row(**{"grade: Plan": "good", "grade: Child's voice": "good"})))
    assert list(published.domains.values()) == before


def test_nobody_can_start_an_audit_on_the_built_in_version(cast, csv_file, run):
    run(csv_file(good_row()))
    assert not ToolVersion.objects.published().filter(tool__code="imported").exists()


def test_learning_review_arrives_completed_and_counted_by_its_date(cast, csv_file, run):
    path = csv_file(
        good_row(
            kind="Learning review", theme="Neglect", improvements="Reports came late.", team="SWF Harbour 1"
        )
    )
    status, printed = run(path)
    assert status == 0, printed
    review = LearningReview.objects.get()
    assert review.reference == "L-2021-0001"
    assert (review.status, review.completed_on) == (ReviewStatus.COMPLETED, date(2021, 3, 27))
    assert (review.lead_service, review.is_imported, review.theme) == (cast.service, True, "Neglect")
    assert review.cases.get().case_reference == "C1"
    assert "C1" not in review.title
    finding = review.review_findings.get().finding
    assert (finding.origin, finding.text) == (Origin.LEARNING_REVIEW, "Reports came late.")
    assert list(LearningReview.objects.counted().completed_between(date(2021, 1, 1), date(2021, 12, 31))) == [
        review
    ]


def test_references_are_given_per_year_and_go_on(cast, csv_file, run):
    run(csv_file(good_row(), good_row(reference="C2"), good_row(reference="C3", audited_on="2020-01-05")))
    run(csv_file(good_row(reference="C4"), name="more.csv"))
    assert set(Audit.objects.values_list("case_reference", "reference")) == {
        ("C1", "A-2021-0001"),
        ("C2", "A-2021-0002"),
        ("C3", "A-2020-0001"),
        ("C4", "A-2021-0003"),
    }


def test_each_audit_has_its_event_and_the_snapshot_that_any_audit_would_have(cast, csv_file, run):
    whole = good_row(
        overall_grade="good",
        **{"grade: Plan": "good"},
        going_well="Seen alone.",
        improvements="Late.",
        team=cast.team.name,
        auditor_email=cast.auditor.email,
    )
    other = good_row(
        reference="C2", service="Fostering", kind="thematic", theme="Neglect", audited_on="2020-02-29"
    )
    run(csv_file(whole, other, good_row(reference="C3", kind="manager"), headers=[*whole, "theme"]))
    assert Audit.objects.count() == 3
    for audit in Audit.objects.all():
        event = Event.objects.about(audit).get()
        assert (event.action, event.service_id) == ("imported", audit.service_id)
        content = Snapshot.objects.get(event_sequence=event.sequence).content
        assert content == json.loads(json.dumps(snapshot(audit), default=str))
    assert list(chain_problems()) == []


def test_check_writes_nothing_and_says_what_would_happen(cast, csv_file, run, everything_stored):
    path = csv_file(good_row(**{"grade: Plan": "good"}), good_row(kind="learning review"))
    before = everything_stored()
    status, printed = run(path, "--check")
    assert status == 0
    assert "2 rows read: 1 audit and 1 learning review would be imported" in printed
    assert everything_stored() == before


def test_same_file_again_changes_nothing_and_says_so(cast, csv_file, run, everything_stored):
    path = csv_file(good_row(overall_grade="good", going_well="Seen alone."))
    run(path)
    before = everything_stored()
    status, printed = run(path)
    assert status == 0
    assert "This same file was imported on 12 May 2026" in printed
    assert everything_stored() == before


def test_equal_rows_in_another_file_are_skipped_and_counted(cast, csv_file, run):
    row = good_row(
        overall_grade="good",
        **{"grade: Plan": "good", "grade: Impact": "inadequate"},
        going_well="Seen alone.",
        improvements="Late.",
        auditor_email=cast.auditor.email,
        team=cast.team.name,
        theme="Neglect",
    )
    review = good_row(kind="learning review", improvements="Late.", team=cast.team.name)
    run(csv_file(row, review, headers=list(row)))
    status, printed = run(
        csv_file(row, review, good_row(reference="C2"), headers=list(row), name="longer.csv")
    )
    assert status == 0, printed
    assert "1 audit and 0 learning reviews imported, 2 already stored" in printed
    assert PastImport.objects.first().skipped == 2
    assert Audit.objects.count() == 2


def test_file_whose_rows_are_all_stored_changes_nothing(cast, csv_file, run, everything_stored):
    run(csv_file(good_row(), good_row(reference="C2")))
    before = everything_stored()
    status, printed = run(csv_file(good_row(reference="C2"), name="shorter.csv"))
    assert (status, everything_stored()) == (0, before)
    assert "Nothing to do: 1 row already stored" in printed


@pytest.mark.parametrize(
    "other",
    [{"overall_grade": "good"}, {"going_well": "Seen."}, {"grade: Plan": "good"}, {"theme": "Neglect"}],
)
def test_stored_row_with_other_values_is_a_problem_that_names_the_audit(cast, csv_file, run, other):
    run(csv_file(good_row()))
    status, printed = run(csv_file(good_row(**other), name="other.csv"))
    assert status == 1
    assert "Row 2, column “reference”, cell A2: A-2021-0001 is stored" in printed
    assert Audit.objects.count() == 1


def test_audit_made_here_with_the_same_key_is_named_too(cast, csv_file, run):
    made = AuditFactory(
        case_reference="C1", audited_on=date(2021, 3, 27), service=cast.service, state=State.AGREED
    )
    assert made.reference in run(csv_file(good_row()))[1]


def test_withdrawn_audit_does_not_bar_its_correction(cast, csv_file, run):
    run(csv_file(good_row(overall_grade="good")))
    Audit.objects.update(state=State.WITHDRAWN)
    assert run(csv_file(good_row(overall_grade="inadequate"), name="right.csv"))[0] == 0
    assert Audit.objects.counted().get().grade == "inadequate"


def test_file_whose_rows_were_withdrawn_may_come_in_again(cast, csv_file, run):
    path = csv_file(good_row(), good_row(reference="C2"))
    run(path)
    Audit.objects.filter(case_reference="C1").update(state=State.WITHDRAWN)
    status, printed = run(path)
    assert (status, "1 audit and 0 learning reviews imported, 1 already stored" in printed) == (0, True)
    assert Audit.objects.counted().count() == 2
    assert "This same file was imported" in run(path)[1]
    Audit.objects.update(state=State.WITHDRAWN)
    assert "2 audits and 0 learning reviews imported" in run(path)[1]


def test_row_of_totals_is_named_and_left_out(cast, csv_file, run):
    total = {"reference": "Grand total", "service": "", "kind": "", "audited_on": "", "going_well": "2"}
    status, printed = run(csv_file(good_row(going_well="x"), total))
    assert status == 0, printed
    assert "Warning. Row 3, column “reference”, cell A3: This row of totals is left out" in printed
    assert Audit.objects.get().case_reference == "C1"


def test_heading_that_is_nearly_right_is_asked_about(cast, csv_file, run):
    assert "Did you mean “improvements”?" in run(csv_file(good_row(improvments="x")))[1]


def test_identifiers_in_text_warn_and_never_block(cast, csv_file, run):
    status, printed = run(csv_file(good_row(going_well="Ring 07700 900123 for the NHS number 943 476 5919.")))
    assert status == 0
    assert "Warning. Row 2, column “going_well”, cell E2: This looks like an NHS number." in printed
    assert "943" not in printed
    assert Audit.objects.count() == 1


def test_rows_stored_since_the_check_are_never_stored_twice(cast, csv_file, run):
    path = csv_file(good_row(), good_row(reference="C2"))
    with path.open("rb") as file:
        check = check_file(file, file_name=path.name)
    run(csv_file(good_row(reference="C2"), name="quicker.csv"))
    with pytest.raises(ImportRefused, match="a moment ago"):
        import_past(check=check, by=cast.qa_lead)
    assert Audit.objects.get().case_reference == "C2"


def test_only_a_qa_lead_records_past_audits(cast, csv_file):
    path = csv_file(good_row())
    with path.open("rb") as file:
        check = check_file(file, file_name=path.name)
    for person in (cast.auditor, cast.head, cast.administrator):
        with pytest.raises(PermissionDenied):
            import_past(check=check, by=person)
        with pytest.raises(PermissionDenied):
            record_past_audits(audits=check.audits, by=person)
    assert not Audit.objects.exists()


def test_reference_is_the_same_in_any_case(cast, csv_file, run):
    run(csv_file(good_row(reference="C000001")))
    status, printed = run(csv_file(good_row(reference="c000001"), name="again.csv"))
    assert status == 0, printed
    assert Audit.objects.count() == 1
    status, printed = run(csv_file(good_row(reference="Ca9"), good_row(reference="cA9"), name="twice.csv"))
    assert status == 1
    assert "This row repeats row 2: the same reference, kind and date." in printed

"""What a planted fault is, and those of who goes on with a record."""

from dataclasses import dataclass

MATRIX = "tests/access/test_matrix.py"
PAGES = f"{MATRIX}::test_pages_and_files_open_for_their_roles_and_hold_no_text_of_others"
HANDING_OVER = "tests/audits/test_handing_over.py"


@dataclass(frozen=True)
class Fault:
    """What is wrong, the text replaced in a file, and the test that must see it."""

    name: str
    path: str
    before: str
    after: str
    test: str = PAGES


OF_PEOPLE = [
    Fault(
        "whoever handed their own audit over agrees it",
        "qa_audit/audits/permissions.py",
        "return audit.auditor_id == user.pk or user in audit.earlier_auditors.all()",
        "return audit.auditor_id == user.pk",
        f"{HANDING_OVER}::test_whoever_wrote_in_it_before_neither_signs_it_off_nor_checks_its_facts",
    ),
    Fault(
        "an audit goes to who manages the team",
        "qa_audit/audits/actions/taking_over.py",
        """return refusal_of_team(person, audit.capacity, audit.team)
    return refusal_of_line(person, audit)""",
        """return refusal_of_team(person, audit.capacity, audit.team)
    return \"\"""",
        f"{HANDING_OVER}::test_nobody_takes_it_who_stands_near_to_the_team",
    ),
    Fault(
        "a QA lead completes the feedback of who is there",
        "qa_audit/audits/permissions.py",
        "is_qa_lead_and_not_its_auditor(user, audit) and is_without_auditor(audit)",
        "is_qa_lead_and_not_its_auditor(user, audit)",
        f"{HANDING_OVER}::test_feedback_of_who_has_ended_is_completed_by_a_qa_lead",
    ),
]

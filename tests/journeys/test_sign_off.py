"""A manager's audit is returned, corrected, shared, checked, agreed: the self-evaluation changes by one."""

from django.urls import reverse

from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.models.header import Kind
from qa_audit.people.models import Role
from tests.factories import AuditFactory, give_role
from tests.journeys.scene import load_tool
from tests.journeys.stories import fills_in_a_manager_audit, submits
from tests.journeys.verbs import Person


def test_a_returned_audit_is_corrected_agreed_and_counted(open_browser, cast):
    version = load_tool("12-manager.json")
    AuditFactory(service=cast.service, team=cast.team, tool_version=version, state=State.AGREED, grade="good")
    # A manager audits teams of their service, and not their own.
    colleague = give_role(cast.second_auditor, Role.MANAGER, team=cast.other_team)
    auditor, team_manager = Person(open_browser(colleague)), Person(open_browser(cast.manager))
    qa_lead, head = Person(open_browser(cast.qa_lead)), Person(open_browser(cast.head))
    head.opens(reverse("reports:self_evaluation"))
    head.sees_figure(1, "Total")

    auditor.opens(reverse("audits:start"))
    fills_in_a_manager_audit(auditor, case="C31415", service=cast.service.name, team=cast.team.name)
    submits(auditor)
    audit = Audit.objects.get(case_reference="C31415")

    is_returned_and_corrected(audit, qa_lead, auditor)
    is_shared_checked_and_agreed(audit, qa_lead, team_manager)

    head.opens(reverse("reports:self_evaluation"))
    head.sees_figure(2, "Total")
    head.sees_figure(1, "Managers audits")
    head.opens_figure("Managers audits")
    head.is_on("Records behind a figure")
    head.sees("1 audit counts.")
    head.follows(audit.reference)
    head.is_on(audit.reference)

    audit.refresh_from_db()
    assert (audit.state, audit.kind, audit.grade) == (State.AGREED, Kind.MANAGER, "good")


def is_returned_and_corrected(audit: Audit, qa_lead: Person, auditor: Person) -> None:
    qa_lead.opens(audit.get_absolute_url())
    qa_lead.presses("Return to the auditor")
    qa_lead.types("Say since when the plan stands still.", into="What has to change?")
    qa_lead.presses("Return to the auditor")
    qa_lead.sees("Returned to the auditor.")

    auditor.opens(reverse("home:index"))
    auditor.sees(audit.reference)
    auditor.opens(audit.get_absolute_url())
    auditor.presses("Continue filling it in")
    auditor.sees("Say since when the plan stands still.")
    auditor.follows("Plan and review")
    auditor.types("The plan stands still since January.", into="Evidence")
    auditor.presses("Save and come back later")
    auditor.presses("Check and submit")
    submits(auditor)


def is_shared_checked_and_agreed(audit: Audit, qa_lead: Person, team_manager: Person) -> None:
    qa_lead.opens(audit.get_absolute_url())
    qa_lead.sees("The plan stands still since January.")
    qa_lead.presses("Share with the team manager")
    qa_lead.sees("Shared with the team manager.")

    team_manager.opens(audit.get_absolute_url())
    team_manager.presses("Check the facts")
    team_manager.types("The review was on 3 March.", into="What is not right?")
    team_manager.presses("Send this note")
    team_manager.sees("The QA lead can see what you said.")

    qa_lead.opens(audit.get_absolute_url())
    qa_lead.sees("The review was on 3 March.")
    qa_lead.presses("Agree")
    qa_lead.sees("Agreed. The audit is final and counts.")

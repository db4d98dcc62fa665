"""How far each page of an audit is."""

from qa_audit.audits.checks.problems import Problem
from qa_audit.audits.checks.submitting import problems
from qa_audit.audits.sheet.pages import AuditSheet, Page

COMPLETED, IN_PROGRESS, NOT_STARTED = "Completed", "In progress", "Not started"


def states_of(sheet: AuditSheet) -> dict[str, str]:
    """Each page of the task list as completed, in progress or not started.

    Completed: nothing blocks, and all that applies is filled in, or the check has nothing at all against it.
    """
    against: dict[str, list[Problem]] = {}
    for problem in problems(sheet):
        against.setdefault(problem.page, []).append(problem)
    return {page.key: _state_of(sheet, page, against.get(page.key, [])) for page in sheet.pages}


def _state_of(sheet: AuditSheet, page: Page, against: list[Problem]) -> str:
    answered, asked = sheet.count(page)
    if page.key == "header":
        # Started with the audit.
        return IN_PROGRESS if against else COMPLETED
    is_filled_in = answered == asked
    if not is_filled_in and not any(sheet.stored(item.name) for item in page.items):
        return NOT_STARTED
    is_stopped = any(problem.is_blocking for problem in against)
    return COMPLETED if not is_stopped and (is_filled_in or not against) else IN_PROGRESS

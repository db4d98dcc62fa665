"""One audit to read, and the one-page copy for its practitioner."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from qa_audit.audits import permissions
from qa_audit.audits.actions.past import IMPORTED
from qa_audit.audits.models.answers import Voice, Who
from qa_audit.audits.models.audit import Audit, State
from qa_audit.common.wording import day
from qa_audit.findings.models import FindingKind
from qa_audit.history.actions import record_reading
from qa_audit.notices.models import Notice
from qa_audit.people.models import Role
from qa_audit.tools.models import AnswerType, Requirement

READINGS_SHOWN = 20


def detail(request, reference):
    audits = Audit.objects.visible_to(request.user).whole()
    audit = get_object_or_404(
        audits.prefetch_related("tool_version__domains__questions"), reference=reference
    )
    record_reading("opened", by=request.user, obj=audit)
    is_qa_lead = request.user.has_role(Role.QA_LEAD)
    shows_grades = not audit.hides_grades_from(request.user)
    context = {
        "audit": audit,
        "trail": [("Audits", reverse("audits:list"))],
        "shows_grades": shows_grades,
        "next_step": what_happens_next(audit),
        "moves": moves_of(request.user, audit),
        "header": header_rows(audit),
        "domains": domain_rows(audit, shows_grades),
        "voices": voice_rows(audit),
        "asks_conversation": audit.conversation
        or audit.tool_version.conversation != Requirement.NOT_APPLICABLE,
        "strengths": findings_of(audit, FindingKind.STRENGTH),
        "improvements": findings_of(audit, FindingKind.IMPROVEMENT),
        "agencies": audit.partner_agencies.all(),
        "may_write_agencies": permissions.may_write_agencies(request.user, audit),
        "may_see_notice": Notice.objects.visible_to(request.user).filter(pk=audit.notice_id).exists(),
        "may_raise_concern": permissions.may_raise_concern(request.user, audit),
        "events": audit.events.exclude(snapshot_hash=""),
        "is_qa_lead": is_qa_lead,
        "readings": audit.events.readings()[:READINGS_SHOWN] if is_qa_lead else [],
    }
    return render(request, "audits/detail.html", context)


def practitioner_copy(request, reference):
    audit = get_object_or_404(Audit.objects.visible_to(request.user).whole(), reference=reference)
    if not permissions.may_read_copy(request.user, audit):
        messages.warning(request, "The practitioner’s copy is available once the audit is shared.")
        return redirect(audit)
    record_reading("opened the practitioner’s copy", by=request.user, obj=audit)
    return render(request, "audits/copy.html", {"audit": audit})


def what_happens_next(audit: Audit) -> str:
    """One sentence: where the audit stands, and who does what until when."""
    if audit.is_open and permissions.is_without_auditor(audit):
        state = audit.get_state_display()
        return f"{state}, but {audit.auditor} can no longer write in it: a QA lead needs to hand it over."
    match audit.state:
        case State.ALLOCATED:
            return f"Allocated to {audit.auditor}.{_due(audit)}"
        case State.IN_PROGRESS:
            return f"{audit.auditor} is filling it in.{_due(audit)}"
        case State.RETURNED:
            return f"Returned to {audit.auditor}, who changes it and submits it again.{_due(audit)}"
        case State.SUBMITTED:
            return "Submitted. A QA lead shares it with the team manager, or returns it to its auditor."
        case State.IN_MODERATION:
            return "Submitted, and waiting for a second, blind grading."
        case State.SHARED:
            return _check_of_the_facts(audit)
        case State.CHALLENGED:
            return "Challenged. A third person decides; until then it counts with the grade as it was."
        case State.AGREED if audit.is_imported:
            arrived = audit.events.filter(action=IMPORTED).first()
            by = f" by {arrived.actor_name}" if arrived else ""
            return f"Imported on {day(audit.agreed_at)}{by}. It is final and counts in reports."
        case State.AGREED:
            return f"Agreed on {day(audit.agreed_at)}. It is final and counts in reports."
    return "Withdrawn. It is not counted anywhere and stays on record."


def _due(audit: Audit) -> str:
    if not audit.due_on:
        return ""
    return f" It {'was' if audit.due_on < timezone.localdate() else 'is'} due on {day(audit.due_on)}."


def _check_of_the_facts(audit: Audit) -> str:
    shared, until = f"Shared on {day(audit.shared_at)}", day(permissions.accuracy_check_until(audit))
    if audit.accuracy_noted_at:
        checked = f"the team manager checked it on {day(audit.accuracy_noted_at)}"
        return f"{shared}: {checked}. A QA lead can agree it."
    if permissions.why_agreeing_is_early(audit):
        return f"{shared}: the team manager has until {until} to check it. Then a QA lead agrees it."
    if timezone.localdate() > permissions.accuracy_check_until(audit):
        return f"{shared}: the team manager had until {until} to check it. A QA lead can agree it."
    return f"{shared}: there is no manager to check it, so a QA lead can agree it at once."


def moves_of(user, audit: Audit) -> list[dict]:
    """What the person may do now: first what comes next, then the rest. `posts` needs no page of its own."""
    return [
        {
            "href": reverse(f"audits:{name}", args=[audit.reference]),
            "text": text,
            "is_next": is_next,
            "posts": is_next and name in ("share", "agree"),
        }
        for is_next, offered in [(True, _coming_next(user, audit)), (False, _besides(user, audit))]
        for may, name, text in offered
        if may
    ]


def _coming_next(user, audit: Audit) -> list[tuple[bool, str, str]]:
    is_arranged = audit.is_arranged or any(voice.is_arranged for voice in audit.voices.all())
    may_complete = is_arranged and not audit.is_open and permissions.may_complete_feedback(user, audit)
    fill = "Begin" if audit.state == State.ALLOCATED else "Continue filling it in"
    may_agree = permissions.may_agree(user, audit)
    return [
        (permissions.may_edit(user, audit), "fill", fill),
        (may_complete, "feedback", "Complete the feedback"),
        (permissions.may_note_accuracy(user, audit), "accuracy", "Check the facts"),
        (permissions.may_share(user, audit), "share", "Share with the team manager"),
        (may_agree and not permissions.why_agreeing_is_early(audit), "agree", "Agree"),
    ]


def _besides(user, audit: Audit) -> list[tuple[bool, str, str]]:
    may_agree = permissions.may_agree(user, audit)
    return [
        (permissions.may_return(user, audit), "return", "Return to the auditor"),
        (may_agree and permissions.why_agreeing_is_early(audit), "agree", "Agree early"),
        (permissions.may_read_copy(user, audit), "copy", "Copy for the practitioner"),
        (permissions.may_hand_over(user, audit), "hand_over", "Hand over"),
        (permissions.may_change_tool(user, audit), "change_tool", "Change the tool"),
        (permissions.may_cancel(user, audit), "cancel", "Cancel the audit"),
        (permissions.may_withdraw(user, audit), "withdraw", "Withdraw"),
    ]


def header_rows(audit: Audit) -> list[tuple[str, str]]:
    """The header as names and words; what was not given is left out."""
    ticks = ("is_disabled", "is_unaccompanied", "is_unborn", "is_missing_or_exploited")
    names = ("disabled", "unaccompanied", "unborn", "missing or exploited")
    system = f" ({audit.case_system})" if audit.case_system else ""
    closed = f" on {day(audit.closed_on)}" if audit.closed_on else ""
    rows = [
        ("Case reference", f"{audit.case_reference}{system}"),
        ("Earlier reference", audit.earlier_reference),
        ("What is audited", audit.tool_version.tool.get_audits_display()),
        ("Number of children", str(audit.children_count)),
        ("Service", str(audit.service)),
        ("Team", str(audit.team or "")),
        ("Tool", str(audit.tool_version)),
        ("Kind", audit.get_kind_display()),
        ("Auditor", str(audit.auditor or "Not known: this past audit was imported")),
        ("Auditor’s capacity", audit.capacity_in_words),
        ("Reason chosen", audit.get_reason_chosen_display()),
        ("Theme", audit.theme),
        ("Audited on", day(audit.audited_on)),
        ("Period looked at", f"{day(audit.period_from)} to {day(audit.period_to)}"),
        ("Due", day(audit.due_on)),
        ("Status on the day", audit.get_status_on_day_display() + closed),
        ("Age", audit.get_age_band_display()),
        ("Sex", audit.get_sex_display()),
        ("Ethnic group", audit.get_ethnic_group_display()),
        ("Also", ", ".join(name for tick, name in zip(ticks, names, strict=True) if getattr(audit, tick))),
        ("Worker’s role", audit.worker_role),
    ]
    return [(name, words) for name, words in rows if words]


def domain_rows(audit: Audit, shows_grades: bool) -> list[dict]:
    """Each domain with its grade, its evidence and its answers in the order of the tool."""
    grades = {row.domain_id: row for row in audit.domain_grades.all()}
    answers = {row.question_id: row for row in audit.answers.all()}
    rows = []
    for domain in audit.tool_version.all_domains:
        questions = [
            (question.text, answers[question.pk].in_words if question.pk in answers else "")
            for question in domain.questions.all()
            if (question.pk in answers or not question.show_if_question_id)
            and (shows_grades or question.answer_type != AnswerType.GRADE)
        ]
        row = grades.get(domain.pk)
        # The version that carries past audits has every domain that any of them has.
        if row or not audit.is_imported:
            rows.append({"domain": domain, "row": row, "questions": questions})
    return rows


def voice_rows(audit: Audit) -> list[tuple[str, Voice | None]]:
    """Each voice that the tool asks for, or that was written down all the same."""
    rows = {voice.who: voice for voice in audit.voices.all()}
    asks = audit.tool_version.requirement
    return [
        (who.label, rows.get(who)) for who in Who if who in rows or asks(who) != Requirement.NOT_APPLICABLE
    ]


def findings_of(audit: Audit, kind: FindingKind) -> list:
    return [found for found in audit.audit_findings.all() if found.finding.kind == kind]

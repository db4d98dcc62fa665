"""The moves of an audit that is submitted, a page or a button each, and giving an audit to somebody."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from qa_audit.audits.actions import moves
from qa_audit.audits.actions.taking_over import people_to_hand_to
from qa_audit.audits.forms.allocation import AllocationForm
from qa_audit.audits.forms.sign_off import (
    AccuracyForm,
    AgreeForm,
    CancelForm,
    ChangeToolForm,
    HandOverForm,
    ReturnForm,
    WithdrawForm,
)
from qa_audit.audits.models.audit import Audit, State
from qa_audit.audits.permissions import (
    AGREE,
    CANCEL,
    CHANGE_TOOL,
    HAND_OVER,
    NOTE_ACCURACY,
    RETURN,
    WITHDRAW,
    Move,
    is_without_auditor,
    may_note_accuracy,
    other_tools,
    why_agreeing_is_early,
    why_not_now,
)
from qa_audit.common.identifiers.sightings import scan_reference


def share(request, reference):
    audit = _visible(request, reference)
    try:
        moves.share(audit=audit, by=request.user)
    except moves.MoveRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, "Shared with the team manager.")
    return redirect(audit)


def return_to_auditor(request, reference):
    audit = _visible(request, reference)
    is_left = is_without_auditor(audit)
    form = ReturnForm(request.POST or None, people=people_to_hand_to(audit) if is_left else None)
    page = {"title": "Return this audit to its auditor", "button": "Return to the auditor"}
    if is_left:
        page["words"] = (
            f"{audit.auditor} can no longer write in it: choose who takes it over with the return."
        )
    done = "Returned to the auditor."
    return _page(request, audit, RETURN, form, moves.return_to_auditor, page, done)


def note_accuracy(request, reference):
    audit = _visible(request, reference)
    form = AccuracyForm(request.POST if request.method == "POST" else None)
    page = {
        "title": "Check the facts",
        "words": "Is what the audit says about the case right? Read it first.",
        "button": "Send this note",
        "second_button": "Nothing to correct",
    }
    if request.method == "GET" and audit.accuracy_noted_at and not may_note_accuracy(request.user, audit):
        messages.info(request, "This audit has already been checked for accuracy.")
        return redirect(audit)
    done = "Thank you. The QA lead can see what you said."
    return _page(request, audit, NOTE_ACCURACY, form, moves.note_accuracy, page, done)


def agree(request, reference):
    audit = _visible(request, reference)
    early = why_agreeing_is_early(audit)
    form = AgreeForm(request.POST if request.method == "POST" else None, is_early=bool(early))
    page = {
        "title": "Agree this audit early" if early else "Agree this audit",
        "words": f"{early}. If you agree it now, it is final and counts in reports at once." if early else "",
        "button": "Agree",
    }
    return _page(request, audit, AGREE, form, moves.agree, page, "Agreed. The audit is final and counts.")


def hand_over(request, reference):
    audit = _visible(request, reference)
    is_moderation = audit.state == State.IN_MODERATION
    form = HandOverForm(request.POST or None, people=people_to_hand_to(audit), is_moderation=is_moderation)
    now = audit.moderator if is_moderation else audit.auditor
    page = {
        "title": "Hand this audit over",
        "words": f"It is with {now} now." if now else "Nobody has it now.",
        "button": "Hand over",
    }
    return _page(request, audit, HAND_OVER, form, moves.hand_over, page, "Handed over.")


def cancel(request, reference):
    audit = _visible(request, reference)
    page = {
        "title": "Cancel this audit",
        "words": "Nothing is written in it yet. If you cancel it, it is withdrawn and cannot come back.",
        "button": "Cancel the audit",
        "is_warning": True,
        "leave": "Keep the audit",
    }
    done = "Cancelled. The audit is withdrawn."
    return _page(request, audit, CANCEL, CancelForm(request.POST or None), moves.cancel, page, done)


def change_tool(request, reference):
    audit = _visible(request, reference)
    form = ChangeToolForm(request.POST or None, versions=other_tools(request.user, audit))
    page = {
        "title": "Change the tool",
        "words": f"It uses the tool “{audit.tool_version.tool}” now. “About this audit” stays as it is.",
        "button": "Change the tool",
    }
    return _page(request, audit, CHANGE_TOOL, form, moves.change_tool, page, "The tool is changed.")


def withdraw(request, reference):
    audit = _visible(request, reference)
    form = WithdrawForm(request.POST or None)
    page = {
        "title": "Withdraw this audit",
        "words": "It is no longer counted anywhere and cannot come back.",
        "button": "Withdraw",
        "is_warning": True,
    }
    done = "Withdrawn. The audit no longer counts."
    return _page(request, audit, WITHDRAW, form, moves.withdraw, page, done)


def allocate(request):
    form = AllocationForm(request.POST or None)
    if form.is_valid():
        audit = moves.allocate(by=request.user, **form.cleaned_data)
        messages.success(request, f"Allocated to {audit.auditor}.")
        for sighting in scan_reference(audit.case_reference):
            words = f"Case reference: {sighting.words[:1].lower()}{sighting.words[1:]}."
            messages.warning(request, f"{words} If it is one, ask {audit.auditor} to change it.")
        return redirect(audit)
    return render(
        request, "audits/allocate.html", {"form": form, "trail": [("Audits", reverse("audits:list"))]}
    )


def _visible(request, reference: str) -> Audit:
    return get_object_or_404(Audit.objects.visible_to(request.user), reference=reference)


def _page(request, audit: Audit, move: Move, form, act, page: dict, done: str):
    """The page of one move: its form, or what became of it. What was typed too late is shown again."""
    if not move.who(request.user, audit):
        raise PermissionDenied
    status = 200
    if form.is_valid():
        try:
            act(audit=audit, by=request.user, **form.cleaned_data)
        except moves.MoveRefused as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            messages.success(request, done)
            return redirect(audit)
    elif refusal := why_not_now(move, audit):
        messages.warning(request, refusal)
        return redirect(audit)
    return render(request, "audits/move.html", {"audit": audit, "form": form, **page}, status=status)

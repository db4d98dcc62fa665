"""Past audits come in: choose a file, see what would happen, accept it."""

from io import BytesIO

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from qa_audit.audits.actions.moves import MoveRefused
from qa_audit.common.attachments import attachment
from qa_audit.common.wording import count
from qa_audit.imports import actions
from qa_audit.imports.check import Check, check_file
from qa_audit.imports.forms import MOST_ROWS_ON_THE_PAGE, PastAuditsForm, WithdrawImportForm
from qa_audit.imports.models import PastImport, WaitingFile
from qa_audit.imports.tables import ImportedRowTable, PastImportTable, ProblemTable, WarningTable
from qa_audit.imports.template_workbook import template_workbook
from qa_audit.intake.actions import forget_stale


def past(request):
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PastAuditsForm(*sent)
    if form.is_valid():
        file = form.cleaned_data["file"]
        file.seek(0)
        actions.keep_past(content=file.read(), file_name=file.name, by=request.user)
        return redirect("imports:preview")
    forget_stale(WaitingFile)
    imports = PastImport.objects.visible_to(request.user).select_related("by")
    table = PastImportTable.for_request(request, imports)
    return render(request, "imports/past.html", {"form": form, "table": table})


def _mine(request) -> WaitingFile:
    return get_object_or_404(WaitingFile.objects.visible_to(request.user))


def _checked(waiting: WaitingFile) -> Check:
    content = BytesIO(waiting.content)
    return check_file(content, file_name=waiting.file_name, max_rows=MOST_ROWS_ON_THE_PAGE)


def preview(request):
    waiting = _mine(request)
    check = _checked(waiting)
    context = {
        "waiting": waiting,
        "check": check,
        "summary": [{"text": check.outcome, "href": "#problems"}],
        "problems": ProblemTable.for_request(request, check.problems) if check.problems else None,
        "warnings": WarningTable.for_request(request, check.warnings) if check.warnings else None,
    }
    return render(request, "imports/preview.html", context)


def accept(request):
    waiting = _mine(request)
    if request.POST.get("sha256") != waiting.sha256:
        messages.error(
            request, "Another file was uploaded since that page was opened. This is the newer one."
        )
        return redirect("imports:preview")
    try:
        made = actions.accept(waiting=waiting, check=_checked(waiting), by=request.user)
    except actions.ImportRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("imports:preview")
    skipped = f" {count(made.skipped, 'row')} already stored." if made.skipped else ""
    messages.success(request, f"{made.made:,} of {count(made.rows, 'row')} imported.{skipped}")
    return redirect("imports:past")


def throw_away(request):
    actions.throw_away(waiting=_mine(request), by=request.user)
    messages.success(request, "The file was deleted. Nothing was imported.")
    return redirect("imports:past")


def detail(request, pk):
    past_import = get_object_or_404(
        PastImport.objects.visible_to(request.user).select_related("by", "withdrawn_by"), pk=pk
    )
    rows = past_import.imported.select_related("audit__service", "review__lead_service")
    context = {
        "past_import": past_import,
        "table": ImportedRowTable.for_request(request, rows),
        "events": past_import.events.changes(),
    }
    return render(request, "imports/detail.html", context)


def withdraw(request, pk):
    past_import = get_object_or_404(PastImport.objects.visible_to(request.user), pk=pk)
    form = WithdrawImportForm(request.POST or None)
    if form.is_valid():
        try:
            actions.withdraw_import(past_import=past_import, by=request.user, **form.cleaned_data)
        except (actions.ImportRefused, MoveRefused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Withdrawn. None of this import counts any more.")
            return redirect(past_import)
    return render(request, "imports/withdraw.html", {"form": form, "past_import": past_import})


def template(request):
    return attachment(template_workbook(), "past-audits.xlsx")

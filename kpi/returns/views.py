"""Returns: upload a file, see what it would do, accept it; see past returns, take one back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kpi.returns import actions, jobs
from kpi.returns.forms import AcceptForm, ReverseForm, TemplateForm, UploadForm
from kpi.returns.lines import Kind
from kpi.returns.models import Return, Upload
from kpi.returns.tables import LineTable, ReturnTable, StoredLineTable
from kpi.returns.template import template_workbook
from qa_audit.common.attachments import attachment
from qa_audit.common.wording import count
from qa_audit.history.actions import record_reading
from qa_audit.intake.actions import forget_stale

COUNTED = [
    (Kind.NEW, "New figures"),
    (Kind.REVISED, "Revised figures"),
    (Kind.UNCHANGED, "Unchanged figures"),
    (Kind.BLANK, "Blank cells"),
    (Kind.PROBLEM, "Problems"),
    (Kind.WARNING, "Warnings"),
    (Kind.NOT_CHECKED, "Checks that could not be made"),
]
CHANGED = "The file has changed since that page was opened. This is what it would do now."


def return_list(request):
    forget_stale(Upload)
    returns = Return.objects.visible_to(request.user).defer("content", "outcome")
    table = ReturnTable.for_request(request, returns.select_related("by", "reverses", "reversed_by"))
    waiting = Upload.objects.visible_to(request.user).defer("content").first()
    return render(request, "returns/list.html", {"table": table, "waiting": waiting})


def upload(request):
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*sent)
    if form.is_valid():
        file = form.cleaned_data["file"]
        facts = {"content": file.read(), "file_name": file.name, "month": form.cleaned_data["month"]}
        try:
            uploaded = actions.keep_return(**facts, by=request.user)
        except actions.ReturnRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            jobs.begin_check(uploaded)
            return redirect("returns:waiting")
    return render(request, "returns/upload.html", {"form": form})


def _mine(request) -> Upload:
    return get_object_or_404(Upload.objects.visible_to(request.user))


def waiting(request):
    """What the file would do; sent, it is accepted."""
    upload = Upload.objects.visible_to(request.user).select_related("job").first()
    if upload is None:  # stored by now, or thrown away elsewhere
        return redirect("returns:list")
    counts = upload.outcome.get("counts", {})
    may_accept = upload.is_checked and _does_anything(upload) and not counts["problem"]
    form = AcceptForm(
        request.POST or None, revised=counts.get("revised", 0), warnings=counts.get("warning", 0)
    )
    if request.method == "POST":
        if not may_accept or request.POST.get("sha256") != upload.sha256:
            messages.error(request, CHANGED)
            return redirect("returns:waiting")
        if form.is_valid():
            return_ = jobs.begin_storing(upload, reason=form.cleaned_data.get("reason", ""))
            if return_:
                messages.success(request, f"The figures of {return_.file_name} are stored.")
            return redirect(return_ or "returns:waiting")
    lines = upload.outcome.get("lines", [])
    refusals = [line["words"] for line in lines if _is_refusal(line)]
    table = LineTable.of(request, [line for line in lines if not _is_refusal(line)])
    page = {"upload": upload, "counts": counts, "form": form, "table": table, "may_accept": may_accept}
    return render(request, "returns/waiting.html", page | _in_words(upload, counts, refusals))


def _does_anything(upload: Upload) -> bool:
    counts = upload.outcome["counts"]
    return bool(counts["new"] or counts["revised"] or upload.outcome["plans"])


def _is_refusal(line: dict) -> bool:
    """Whether it says of the whole file, not of a place in it, why it cannot be read."""
    return line["kind"] == Kind.PROBLEM and not line["row"] and not line["indicator"]


def _in_words(upload: Upload, counts: dict, refusals: list[str]) -> dict:
    """The counts as the page lists them, and what its error summary says."""
    left_out = sum(counts.values()) - len(upload.outcome.get("lines", []))
    problems = [{"text": words} for words in refusals]
    if cells := counts.get("problem", 0) - len(refusals):
        found = f"{count(cells, 'problem')} found: correct the cells below in the file"
        problems.append({"text": found, "href": "#lines"})
    return {
        "figures": [] if refusals else [(label, counts.get(kind, 0)) for kind, label in COUNTED],
        "left_out": max(left_out, 0),
        "problems": problems,
        "is_refused": bool(refusals),
    }


def progress(request):
    """How far the work is; once it is over the whole page is asked for."""
    upload = Upload.objects.visible_to(request.user).select_related("job").defer("content", "outcome").first()
    if upload is not None and upload.is_at_work:
        return render(request, "returns/progress.html", {"upload": upload})
    return HttpResponse(headers={"HX-Refresh": "true"})


def check_again(request):
    jobs.begin_check(_mine(request))
    return redirect("returns:waiting")


def throw_away(request):
    try:
        actions.throw_away(upload=_mine(request), by=request.user)
    except actions.ReturnRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "The file was deleted. Nothing was stored.")
    return redirect("returns:list")


def detail(request, pk):
    return_ = _return(request, pk)
    table = StoredLineTable.of(request, return_.outcome.get("lines", []))
    newest = return_.observations.order_by("-month").values_list("month", flat=True).first()
    may_reverse = actions.may_reverse(return_) and not return_.is_being_taken_back
    page = {"return_": return_, "table": table, "newest": newest, "may_reverse": may_reverse}
    return render(request, "returns/detail.html", page)


def _return(request, pk: int) -> Return:
    returns = Return.objects.visible_to(request.user).select_related("by", "reverses", "reversed_by", "job")
    return get_object_or_404(returns.defer("content"), pk=pk)


def reverse(request, pk):
    return_ = _return(request, pk)
    form = ReverseForm(request.POST or None)
    if form.is_valid():
        try:
            counter = jobs.begin_reversing(return_, by=request.user, **form.cleaned_data)
        except actions.ReturnRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            if counter:
                messages.success(request, f"{return_.name} is taken back.")
            return redirect(counter or return_)
    return render(request, "returns/reverse.html", {"return_": return_, "form": form})


def file(request, pk):
    return_ = get_object_or_404(Return.objects.visible_to(request.user).exclude(file_name=""), pk=pk)
    record_reading("file taken", by=request.user, obj=return_)
    return attachment(bytes(return_.content), return_.file_name)


def template(request):
    form = TemplateForm(request.GET)
    if not form.is_valid():
        raise Http404
    month = form.cleaned_data["month"]
    return attachment(template_workbook(month), f"return {month:%Y-%m}.xlsx")

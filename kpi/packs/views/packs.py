from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from kpi.packs import files
from kpi.packs.catalogue import PACKS
from kpi.packs.months import MonthForm, months_with_figures
from kpi.packs.overview import Overview
from kpi.packs.pack import Pack
from qa_audit.common.attachments import attachment
from qa_audit.common.months import month_words
from qa_audit.history.actions import record_reading
from qa_audit.people.models import Role

INDEX = "packs:index"


def index(request):
    months = months_with_figures(request.user)
    context = {
        "packs": [(pack, _address(pack)) for pack in PACKS.values()],
        "months": months,
        "overview": Overview(request.user, months[0]) if months else None,
        "keeps_returns": request.user.has_role(Role.ANALYST),
    }
    return render(request, "packs/index.html", context)


def _address(pack: type[Pack]) -> str:
    return reverse(f"packs:{pack.page.replace('-', '_')}")


def pack_page(request, name):
    pack_class = PACKS[name]
    form = MonthForm(request.GET, months=months_with_figures(request.user))
    context = {"form": form, "pack_class": pack_class, "trail": [("Measures", reverse(INDEX))]}
    if form.is_valid() and form.months:
        pack = pack_class(request.user, form.chosen())
        file = f"{reverse('packs:export', args=[name])}?{urlencode({'month': f'{pack.month:%Y-%m}'})}"
        context |= {
            "pack": pack,
            "title": f"{pack.title}, {month_words(pack.month)}",
            "earlier": max((month for month in form.months if month < pack.month), default=None),
            "later": min((month for month in form.months if month > pack.month), default=None),
            "xlsx_url": f"{file}&format=xlsx",
            "csv_url": f"{file}&format=csv",
        }
    return render(request, pack_class.template, context)


def export(request, name):
    pack_class, kind = PACKS.get(name), request.GET.get("format", "xlsx")
    if not pack_class or kind not in files.KINDS:
        raise Http404
    form = MonthForm(request.GET, months=months_with_figures(request.user))
    if not form.is_valid() or not form.months:
        return redirect(f"{_address(pack_class)}?{request.GET.urlencode()}")
    pack = pack_class(request.user, form.chosen())
    file = attachment(files.content(pack, kind, is_full=True), files.file_name(pack, kind))
    record_reading(
        "report exported", by=request.user, changes={"report": [None, f"{name} {pack.month:%Y-%m}"]}
    )
    return file

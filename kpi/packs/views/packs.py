from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from kpi.commentary.permissions import may_write_some
from kpi.indicators.models.areas import READERS
from kpi.indicators.permissions import may_keep
from kpi.packs.catalogue import PACKS
from kpi.packs.overview import Overview
from kpi.packs.pack import Pack
from kpi.packs.permissions import may_see_caseloads
from kpi.returns.months import MonthFilter, months_with_figures
from qa_audit.common.attachments import attachment
from qa_audit.common.months import month_words
from qa_audit.common.publishing import files
from qa_audit.history.actions import record_reading

INDEX = "packs:index"
# What is beside the packs: title, page, what it is, and for whom.
CARDS = [
    (
        "Caseloads",
        "packs:caseloads",
        "Workers with a caseload at or over the threshold, by team.",
        may_see_caseloads,
    ),
    ("Commentary", "commentary:list", "What the figures mean, written and approved.", may_write_some),
    (
        "Indicators",
        "indicators:list",
        "What is measured, what it is compared with, and since when.",
        lambda user: user.has_role(*READERS),
    ),
    (
        "Returns",
        "returns:list",
        "Upload a month’s figures, correct them, and see what came in before.",
        may_keep,
    ),
]


def index(request):
    user, months = request.user, months_with_figures(request.user)
    packs = [(pack, _address(pack)) for pack in PACKS.values()]
    cards = [(pack.title, address, pack.shows) for pack, address in packs]
    cards += [(title, reverse(name), words) for title, name, words, may in CARDS if may(user)]
    overview = Overview(user, months.usual) if months else None
    context = {"cards": cards, "packs": packs, "months": months, "overview": overview}
    return render(request, "packs/index.html", context)


def _address(pack: type[Pack]) -> str:
    return reverse(f"packs:{pack.page.replace('-', '_')}")


def pack_page(request, name):
    pack_class = PACKS[name]
    form = MonthFilter(request.GET, months=months_with_figures(request.user))
    context = {"form": form, "pack_class": pack_class, "trail": [("Measures", reverse(INDEX))]}
    if form.is_valid() and form.months:
        pack = pack_class(request.user, form.chosen())
        file = reverse("packs:export", args=[name], query={"month": f"{pack.month:%Y-%m}"})
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
    form = MonthFilter(request.GET, months=months_with_figures(request.user))
    if not form.is_valid() or not form.months:
        return redirect(f"{_address(pack_class)}?{request.GET.urlencode()}")
    pack = pack_class(request.user, form.chosen())
    document = pack.document()
    file = attachment(files.content(document, kind), files.file_name(document, kind))
    record_reading(
        "report exported", by=request.user, changes={"report": [None, f"{name} {pack.month:%Y-%m}"]}
    )
    return file

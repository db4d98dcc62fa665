from django.urls import path

from kpi.packs.catalogue import PACKS
from kpi.packs.views import baselines, caseloads, indicator, merging, packs

app_name = "packs"
urlpatterns = [
    path("", packs.index, name="index"),
    path("file/<slug:name>/", packs.export, name="export"),
    *(
        path(f"{pack.page}/", packs.pack_page, {"name": name}, name=pack.page.replace("-", "_"))
        for name, pack in PACKS.items()
    ),
    path("caseloads/", caseloads.caseloads, name="caseloads"),
    path("caseloads/file/", caseloads.caseloads_file, name="caseloads_file"),
    # Last, so that no indicator takes the address of a page above.
    path("<slug:slug>/", indicator.indicator, name="indicator"),
    path("<slug:slug>/file/", indicator.indicator_file, name="indicator_file"),
    path("<slug:slug>/merge/", merging.merge, name="merge"),
    path("<slug:slug>/limits/", baselines.set_baseline, name="set_baseline"),
]

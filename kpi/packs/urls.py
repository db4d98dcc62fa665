from django.urls import path

from kpi.packs.catalogue import PACKS
from kpi.packs.views import action_steps, baselines, caseloads, commentary, indicator, merging, packs

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
    path("commentary/", commentary.commentaries, name="commentaries"),
    path("commentary/<int:pk>/", commentary.commentary, name="commentary"),
    path("commentary/<int:pk>/submit/", commentary.submit_commentary, name="submit_commentary"),
    path("commentary/<int:pk>/approve/", commentary.approve_commentary, name="approve_commentary"),
    path("commentary/<int:pk>/return/", commentary.return_commentary, name="return_commentary"),
    path(
        "areas/<int:pk>/<str:month>/commentary/",
        commentary.write_area_commentary,
        name="write_area_commentary",
    ),
    path("action-steps/<int:pk>/", action_steps.change_step, name="change_step"),
    path("action-steps/<int:pk>/end/", action_steps.end_step, name="end_step"),
    # Last, so that no indicator takes the address of a page above.
    path("<slug:slug>/", indicator.indicator, name="indicator"),
    path("<slug:slug>/file/", indicator.indicator_file, name="indicator_file"),
    path("<slug:slug>/merge/", merging.merge, name="merge"),
    path("<slug:slug>/limits/", baselines.set_baseline, name="set_baseline"),
    path("<slug:slug>/<str:month>/commentary/", commentary.write_commentary, name="write_commentary"),
    path("<slug:slug>/<str:month>/action-steps/", action_steps.add_step, name="add_step"),
]

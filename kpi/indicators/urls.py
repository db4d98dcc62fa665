from django.urls import path

from kpi.indicators import views

app_name = "indicators"


def _rows_of(noun: str, whose: str = "") -> list:
    """Setting, changing and removing what figures are held against; `whose` is the indicator's address."""
    kind = {"noun": noun}
    return [
        path(f"{whose}{noun}s/set/", views.set_row, kind, name=f"set_{noun}"),
        path(f"{noun}s/<int:pk>/change/", views.change_row, kind, name=f"change_{noun}"),
        path(f"{noun}s/<int:pk>/remove/", views.remove_row, kind, name=f"remove_{noun}"),
    ]


urlpatterns = [
    path("", views.indicator_list, name="list"),
    path("download/", views.download, name="download"),
    path("add/", views.add, name="add"),
    path("definitions/<slug:slug>/", views.sheet, name="sheet"),
    path("definitions/<slug:slug>/change/", views.change, name="change"),
    path("definitions/<slug:slug>/live/", views.make_live, name="make_live"),
    path("definitions/<slug:slug>/retire/", views.retire, name="retire"),
    path("definitions/<slug:slug>/versions/add/", views.add_version, name="add_version"),
    path("versions/<int:pk>/change/", views.change_version, name="change_version"),
    path("versions/<int:pk>/remove/", views.remove_version, name="remove_version"),
    path("definitions/<slug:slug>/components/link/", views.link_component, name="link_component"),
    path(
        "definitions/<slug:slug>/components/<int:pk>/unlink/", views.unlink_component, name="unlink_component"
    ),
    path("targets/", views.targets, name="targets"),
    path("benchmarks/", views.benchmarks, name="benchmarks"),
    path("populations/", views.timeline, {"noun": "population"}, name="populations"),
    path("thresholds/", views.timeline, {"noun": "threshold"}, name="thresholds"),
    *_rows_of("target", "definitions/<slug:slug>/"),
    *_rows_of("benchmark", "definitions/<slug:slug>/"),
    *_rows_of("population"),
    *_rows_of("threshold"),
    path("areas/", views.areas, name="areas"),
    path("areas/add/", views.add_area, name="add_area"),
    path("areas/<int:pk>/change/", views.change_area, name="change_area"),
    path("months/", views.months, name="months"),
    path("months/lock/", views.lock_month, name="lock_month"),
    path("months/<int:pk>/unlock/", views.unlock_month, name="unlock_month"),
    path("aliases/", views.aliases, name="aliases"),
    path("aliases/add/", views.add_alias, name="add_alias"),
    path("aliases/<int:pk>/change/", views.change_alias, name="change_alias"),
    path("aliases/<int:pk>/remove/", views.remove_alias, name="remove_alias"),
]

from django.urls import path

from kpi.indicators.views import comparisons, indicators, settings

app_name = "indicators"


def _rows_of(noun: str, whose: str = "") -> list:
    """Setting, changing and removing what figures are held against; `whose` is the indicator's address."""
    kind = {"noun": noun}
    return [
        path(f"{whose}{noun}s/set/", comparisons.set_row, kind, name=f"set_{noun}"),
        path(f"{noun}s/<int:pk>/change/", comparisons.change_row, kind, name=f"change_{noun}"),
        path(f"{noun}s/<int:pk>/remove/", comparisons.remove_row, kind, name=f"remove_{noun}"),
    ]


urlpatterns = [
    path("", indicators.indicator_list, name="list"),
    path("download/", indicators.download, name="download"),
    path("add/", indicators.add, name="add"),
    path("definitions/<slug:slug>/", indicators.sheet, name="sheet"),
    path("definitions/<slug:slug>/change/", indicators.change, name="change"),
    path("definitions/<slug:slug>/live/", indicators.make_live, name="make_live"),
    path("definitions/<slug:slug>/retire/", indicators.retire, name="retire"),
    path("definitions/<slug:slug>/versions/add/", indicators.add_version, name="add_version"),
    path("versions/<int:pk>/change/", indicators.change_version, name="change_version"),
    path("versions/<int:pk>/remove/", indicators.remove_version, name="remove_version"),
    path("definitions/<slug:slug>/components/link/", indicators.link_component, name="link_component"),
    path(
        "definitions/<slug:slug>/components/<int:pk>/unlink/",
        indicators.unlink_component,
        name="unlink_component",
    ),
    path("targets/", comparisons.targets, name="targets"),
    path("benchmarks/", comparisons.benchmarks, name="benchmarks"),
    path("populations/", comparisons.timeline, {"noun": "population"}, name="populations"),
    path("thresholds/", comparisons.timeline, {"noun": "threshold"}, name="thresholds"),
    *_rows_of("target", "definitions/<slug:slug>/"),
    *_rows_of("benchmark", "definitions/<slug:slug>/"),
    *_rows_of("population"),
    *_rows_of("threshold"),
    path("areas/", settings.areas, name="areas"),
    path("areas/add/", settings.add_area, name="add_area"),
    path("areas/<int:pk>/change/", settings.change_area, name="change_area"),
    path("months/", settings.months, name="months"),
    path("months/lock/", settings.lock_month, name="lock_month"),
    path("months/<int:pk>/unlock/", settings.unlock_month, name="unlock_month"),
    path("aliases/", settings.aliases, name="aliases"),
    path("aliases/add/", settings.add_alias, name="add_alias"),
    path("aliases/<int:pk>/change/", settings.change_alias, name="change_alias"),
    path("aliases/<int:pk>/remove/", settings.remove_alias, name="remove_alias"),
]

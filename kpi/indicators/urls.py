from django.urls import path

from kpi.indicators import views

app_name = "indicators"
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
    path("definitions/<slug:slug>/targets/set/", views.set_target, name="set_target"),
    path("targets/<int:pk>/change/", views.change_target, name="change_target"),
    path("targets/<int:pk>/remove/", views.remove_target, name="remove_target"),
    path("benchmarks/", views.benchmarks, name="benchmarks"),
    path("definitions/<slug:slug>/benchmarks/set/", views.set_benchmark, name="set_benchmark"),
    path("benchmarks/<int:pk>/change/", views.change_benchmark, name="change_benchmark"),
    path("benchmarks/<int:pk>/remove/", views.remove_benchmark, name="remove_benchmark"),
    path("populations/", views.populations, name="populations"),
    path("populations/set/", views.set_population, name="set_population"),
    path("populations/<int:pk>/change/", views.change_population, name="change_population"),
    path("populations/<int:pk>/remove/", views.remove_population, name="remove_population"),
    path("thresholds/", views.thresholds, name="thresholds"),
    path("thresholds/set/", views.set_threshold, name="set_threshold"),
    path("thresholds/<int:pk>/change/", views.change_threshold, name="change_threshold"),
    path("thresholds/<int:pk>/remove/", views.remove_threshold, name="remove_threshold"),
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

"""The addresses of the KPIs, by package."""

from django.urls import include, path

urlpatterns = [
    path("", include("kpi.packs.urls")),
    path("indicators/", include("kpi.indicators.urls")),
    path("returns/", include("kpi.returns.urls")),
]

"""The addresses of the KPIs, by package."""

from django.urls import include, path

urlpatterns = [
    path("indicators/", include("kpi.indicators.urls")),
    path("returns/", include("kpi.returns.urls")),
    path("", include("kpi.commentary.urls")),
    # Last: what is none of the above may be an indicator's address.
    path("", include("kpi.packs.urls")),
]

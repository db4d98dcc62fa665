from django.urls import path

from qa_audit.reports import hos_summary_views, views
from qa_audit.reports.catalogue import REPORTS

app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    path("records/", views.records, name="records"),
    path("analysis/<int:pk>/", views.analysis, name="analysis"),
    path("file/<slug:name>/", views.export, name="export"),
    path("head-of-service/", hos_summary_views.hos_summary, name="hos_summary"),
    path("head-of-service/file/", hos_summary_views.hos_summary_file, name="hos_summary_file"),
    *(path(f"{name}/", views.report_page, {"name": name}, name=name.replace("-", "_")) for name in REPORTS),
]

"""Every address, by package. policy.py says who may use it."""

from django.urls import include, path

urlpatterns = [
    path("", include("qa_audit.home.urls")),
    path("account/", include("allauth.urls")),
    path("people/", include("qa_audit.people.urls")),
    path("audits/", include("qa_audit.audits.urls")),
    path("notices/", include("qa_audit.notices.urls")),
    path("tools/", include("qa_audit.tools.urls")),
    path("findings/", include("qa_audit.findings.urls")),
    path("learning/", include("qa_audit.learning.urls")),
    path("imports/", include("qa_audit.imports.urls")),
    path("reports/", include("qa_audit.reports.urls")),
    path("measures/", include("kpi.urls")),
    path("history/", include("qa_audit.history.urls")),
]

handler400 = "qa_audit.home.views.problems.bad_request"
handler403 = "qa_audit.home.views.problems.forbidden"
handler404 = "qa_audit.home.views.problems.not_found"
handler500 = "qa_audit.home.views.problems.server_error"

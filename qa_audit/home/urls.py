from django.urls import path

from qa_audit.home.views import findings, pages, waiting

app_name = "home"
urlpatterns = [
    path("", waiting.index, name="index"),
    path("findings/", findings.finding_list, name="findings"),
    path("findings/download/", findings.download, name="findings_download"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("help/", pages.help_page, name="help"),
    path("health/live", pages.live, name="live"),
    path("health/ready", pages.ready, name="ready"),
]

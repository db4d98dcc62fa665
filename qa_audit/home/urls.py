from django.urls import path

from qa_audit.home import views

app_name = "home"
urlpatterns = [
    path("", views.index, name="index"),
    path("findings/", views.finding_list, name="findings"),
    path("findings/download/", views.findings_download, name="findings_download"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("help/", views.help_page, name="help"),
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
]

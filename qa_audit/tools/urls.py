from django.urls import path

from qa_audit.tools import views

app_name = "tools"
urlpatterns = [
    path("", views.tool_list, name="list"),
    path("import/", views.import_file, name="import"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/publish/", views.publish, name="publish"),
    path("<int:pk>/retire/", views.retire, name="retire"),
    path("<int:pk>/services/", views.services, name="services"),
    path("<int:pk>/file/", views.file, name="file"),
]

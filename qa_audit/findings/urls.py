from django.urls import path

from qa_audit.findings import views

app_name = "findings"
urlpatterns = [
    path("themes/", views.themes, name="themes"),
    path("themes/add/", views.add_theme, name="add_theme"),
    path("themes/<int:pk>/", views.change_theme, name="change_theme"),
]

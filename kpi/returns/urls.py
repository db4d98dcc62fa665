from django.urls import path

from kpi.returns import views

app_name = "returns"
urlpatterns = [
    path("", views.return_list, name="list"),
    path("upload/", views.upload, name="upload"),
    path("check/", views.waiting, name="waiting"),
    path("check/progress/", views.progress, name="progress"),
    path("check/again/", views.check_again, name="check_again"),
    path("check/throw-away/", views.throw_away, name="throw_away"),
    path("template.xlsx", views.template, name="template"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/take-back/", views.reverse, name="reverse"),
    path("<int:pk>/file/", views.file, name="file"),
]

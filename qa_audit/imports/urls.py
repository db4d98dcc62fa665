from django.urls import path

from qa_audit.imports import views

app_name = "imports"
urlpatterns = [
    path("past/", views.past, name="past"),
    path("past/check/", views.preview, name="preview"),
    path("past/accept/", views.accept, name="accept"),
    path("past/throw-away/", views.throw_away, name="throw_away"),
    path("past/<int:pk>/", views.detail, name="detail"),
    path("past/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("past/template.xlsx", views.template, name="template"),
]

from django.urls import path

from qa_audit.learning import views

app_name = "learning"
urlpatterns = [
    path("", views.review_list, name="list"),
    path("download/", views.download, name="download"),
    path("add/", views.add, name="add"),
    path("<str:reference>/", views.detail, name="detail"),
    path("<str:reference>/change/", views.change, name="change"),
    path("<str:reference>/complete/", views.complete, name="complete"),
    path("<str:reference>/publish/", views.publish, name="publish"),
    path("<str:reference>/reopen/", views.reopen, name="reopen"),
    path("<str:reference>/hand-over/", views.hand_over, name="hand_over"),
    path("<str:reference>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:reference>/findings/add/", views.add_finding, name="add_finding"),
    path("<str:reference>/findings/<int:pk>/", views.change_finding, name="change_finding"),
    path("<str:reference>/findings/<int:pk>/remove/", views.remove_finding, name="remove_finding"),
]

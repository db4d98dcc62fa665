from django.urls import path

from kpi.commentary.views import action_steps, commentary

app_name = "commentary"
urlpatterns = [
    path("commentary/", commentary.commentaries, name="list"),
    path("commentary/<int:pk>/", commentary.commentary, name="detail"),
    path("commentary/<int:pk>/submit/", commentary.submit_commentary, name="submit"),
    path("commentary/<int:pk>/approve/", commentary.approve_commentary, name="approve"),
    path("commentary/<int:pk>/return/", commentary.return_commentary, name="return"),
    path("<slug:slug>/<str:month>/commentary/", commentary.write_commentary, name="write"),
    path("areas/<int:pk>/<str:month>/commentary/", commentary.write_area_commentary, name="write_of_area"),
    path("<slug:slug>/<str:month>/action-steps/", action_steps.add_step, name="add_step"),
    path("action-steps/<int:pk>/", action_steps.change_step, name="change_step"),
    path("action-steps/<int:pk>/end/", action_steps.end_step, name="end_step"),
]

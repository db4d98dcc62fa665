from django.urls import include, path

from qa_audit.people import views

organisation = [
    path("", views.services, name="list"),
    path("add/", views.add_service, name="add"),
    path("<int:pk>/", views.service, name="detail"),
    path("<int:pk>/change/", views.change_service, name="change"),
    path("<int:pk>/end/", views.end_service, name="end"),
    path("<int:pk>/teams/add/", views.add_team, name="add_team"),
    path("teams/<int:pk>/change/", views.change_team, name="change_team"),
]

app_name = "people"
urlpatterns = [
    path("", views.person_list, name="list"),
    path("stay/", views.stay, name="stay"),
    path("you/", views.account, name="account"),
    path("add/", views.add, name="add"),
    path("settings/", views.settings_in_force, name="settings"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/roles/give/", views.give_role, name="give_role"),
    path("<int:pk>/roles/<int:grant_pk>/take/", views.take_role, name="take_role"),
    path("<int:pk>/deputies/name/", views.name_deputy, name="name_deputy"),
    path("<int:pk>/deputies/<int:deputy_pk>/end/", views.end_deputy, name="end_deputy"),
    path("<int:pk>/end/", views.end, name="end"),
    path("<int:pk>/return/", views.return_, name="return"),
    path("<int:pk>/password-link/", views.password_link, name="password_link"),
    path("<int:pk>/second-factor/clear/", views.clear_second_factor, name="clear_second_factor"),
    path("services/", include((organisation, "services"))),
]

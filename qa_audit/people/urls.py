from django.urls import include, path

from qa_audit.people.views import organisation, persons

services = [
    path("", organisation.services, name="list"),
    path("add/", organisation.add_service, name="add"),
    path("<int:pk>/", organisation.service, name="detail"),
    path("<int:pk>/change/", organisation.change_service, name="change"),
    path("<int:pk>/end/", organisation.end_service, name="end"),
    path("<int:pk>/teams/add/", organisation.add_team, name="add_team"),
    path("teams/<int:pk>/change/", organisation.change_team, name="change_team"),
]

app_name = "people"
urlpatterns = [
    path("", persons.person_list, name="list"),
    path("stay/", persons.stay, name="stay"),
    path("you/", persons.account, name="account"),
    path("add/", persons.add, name="add"),
    path("settings/", organisation.settings_in_force, name="settings"),
    path("<int:pk>/", persons.detail, name="detail"),
    path("<int:pk>/change/", persons.change, name="change"),
    path("<int:pk>/roles/give/", persons.give_role, name="give_role"),
    path("<int:pk>/roles/<int:grant_pk>/take/", persons.take_role, name="take_role"),
    path("<int:pk>/deputies/name/", persons.name_deputy, name="name_deputy"),
    path("<int:pk>/deputies/<int:deputy_pk>/end/", persons.end_deputy, name="end_deputy"),
    path("<int:pk>/end/", persons.end, name="end"),
    path("<int:pk>/return/", persons.return_, name="return"),
    path("<int:pk>/password-link/", persons.password_link, name="password_link"),
    path("<int:pk>/second-factor/clear/", persons.clear_second_factor, name="clear_second_factor"),
    path("services/", include((services, "services"))),
]

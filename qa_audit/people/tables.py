import django_filters
from django.db.models import Q
from django.urls import reverse

from qa_audit.common import tables
from qa_audit.common.filters import FilterSet
from qa_audit.people.models import Role, Service


def _listed(records) -> str:
    return ", ".join(str(record) for record in records)


class PersonTable(tables.ListTable):
    name = tables.LinkColumn(url=lambda person: reverse("people:detail", args=[person.pk]))
    email = tables.ListColumn(verbose_name="Email address")
    team = tables.ListColumn(accessor="team__name", verbose_name="Team", default="")
    roles = tables.ListColumn(accessor="grants__all", verbose_name="Roles", orderable=False)
    last_login = tables.DateColumn(verbose_name="Last signed in", default="Never")
    ended_on = tables.DateColumn(verbose_name="Ended", default="")

    caption, noun, plural = "People with an account", "person", "people"
    is_caption_hidden = True

    class Meta:
        order_by = "name"

    def render_roles(self, value):
        return _listed(value) or "None"


class ServiceTable(tables.ListTable):
    name = tables.LinkColumn(url=lambda service: reverse("people:services:detail", args=[service.pk]))
    formerly = tables.ListColumn(verbose_name="Former names", orderable=False, default="")
    heads = tables.ListColumn(accessor="grants__all", verbose_name="Head of service", orderable=False)
    teams = tables.NumberColumn(accessor="teams_now", verbose_name="Teams")
    starts_on = tables.DateColumn(verbose_name="From", default="")
    ends_on = tables.DateColumn(verbose_name="Until", default="")

    caption, noun, plural = "Services", "service", "services"
    is_caption_hidden = True

    def render_heads(self, value):
        return _listed(grant.user for grant in value) or "None"


class TeamTable(tables.ListTable):
    name = tables.LinkColumn(url=lambda team: reverse("people:services:change_team", args=[team.pk]))
    locality = tables.ListColumn(default="")
    aliases = tables.ListColumn(accessor="aliases__all", verbose_name="Other names", orderable=False)
    managers = tables.ListColumn(accessor="grants__all", verbose_name="Managers", orderable=False)
    starts_on = tables.DateColumn(verbose_name="From", default="")
    ends_on = tables.DateColumn(verbose_name="Until", default="")

    caption, noun, plural = "Teams", "team", "teams"

    class Meta:
        order_by = "name"

    def render_aliases(self, value):
        return _listed(value)

    def render_managers(self, value):
        return _listed(grant.user for grant in value) or "None"


class PersonFilter(FilterSet):
    """What the list of people can be narrowed by."""

    text = django_filters.CharFilter(method="with_text", label="Name or email address")
    role = django_filters.ChoiceFilter(
        field_name="grants__role", choices=Role.choices, label="Role", distinct=True
    )
    service = django_filters.ModelChoiceFilter(
        queryset=lambda request: Service.objects.visible_to(request.user),
        method="of_service",
        label="Service",
    )
    is_active = django_filters.ChoiceFilter(
        choices=[("True", "Can sign in"), ("False", "Ended")], label="Account"
    )

    def with_text(self, people, name, text):
        return people.filter(Q(name__icontains=text) | Q(email__icontains=text))

    def of_service(self, people, name, service):
        """Who works in it, heads it, or manages one of its teams."""
        theirs = Q(team__service=service) | Q(grants__service=service) | Q(grants__team__service=service)
        return people.filter(theirs).distinct()

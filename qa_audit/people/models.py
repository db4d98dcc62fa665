"""People, their roles, and the council's services and teams."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property

from qa_audit.common.names import NameKey, one_line, same_name  # noqa: F401
from qa_audit.common.prepared import Given, Prepared
from qa_audit.common.wording import day


class Role(models.TextChoices):
    AUDITOR = "auditor", "Auditor"
    MANAGER = "manager", "Manager"
    HEAD = "head", "Head of service"
    QA_LEAD = "qa_lead", "QA lead"
    LEADER = "leader", "Senior leader"
    ANALYST = "analyst", "Performance analyst"
    ADMINISTRATOR = "administrator", "Administrator"


def active_grants() -> models.Prefetch:
    """The roles that people who may sign in hold for a service or a team."""
    return models.Prefetch("grants", RoleGrant.objects.filter(user__is_active=True).select_related("user"))


class ServiceQuerySet(models.QuerySet):
    """Services by name, now or formerly, and by whether they go on."""

    def named(self, text: str):
        """The service with this name, now or formerly, in whatever way it is written."""
        return self.filter(same_name(text) | same_name(text, "former_names__name_key")).distinct()

    def current(self):
        """Services that have not ended."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()))

    def visible_to(self, user):
        """The organisation is no secret: everybody signed in sees it."""
        return self.all() if user.is_authenticated else self.none()

    def with_leadership(self):
        """For lists: former names, heads (as the grants of active people) and `teams_now`, counted."""
        going_on = Q(teams__ends_on=None) | Q(teams__ends_on__gte=timezone.localdate())
        return self.prefetch_related("former_names", active_grants()).annotate(
            teams_now=models.Count("teams", filter=going_on, distinct=True)
        )


class Service(models.Model):
    """A part of children's services, led by a head of service."""

    name = models.CharField(max_length=120, unique=True)
    name_key = NameKey()
    order = models.PositiveIntegerField(default=0)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["order", "name"]
        constraints = [
            models.UniqueConstraint(fields=["name_key"], name="service_name_once"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="service_ends_after_start",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def formerly(self) -> str:
        """Its former names, newest last, as one text."""
        return ", ".join(former.name for former in self.former_names.all())


class FormerName(models.Model):
    """A name that a service had; imports and readers still know it by it."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=120)
    name_key = NameKey()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["until", "pk"]
        constraints = [models.UniqueConstraint(fields=["name_key"], name="former_name_once")]

    def __str__(self):
        return self.name


class TeamQuerySet(models.QuerySet):
    """Teams by name or alias, and by whether they go on."""

    def named(self, text: str):
        """The team with this name or alias, in whatever way it is written."""
        return self.filter(same_name(text) | same_name(text, "aliases__name_key")).distinct()

    def current(self):
        """Teams that have not ended."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()))

    def visible_to(self, user):
        """The organisation is no secret: everybody signed in sees it."""
        return self.all() if user.is_authenticated else self.none()

    def with_leadership(self):
        """For lists: aliases, and managers as the grants of active people."""
        return self.prefetch_related("aliases", active_grants())


class Team(models.Model):
    """A team of a service; figures and managers belong to it."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=120)
    name_key = NameKey()
    locality = models.CharField(max_length=60, blank=True)
    # The team that took over its work, once it ended.
    successor = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors"
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["service__order", "name"]
        constraints = [
            models.UniqueConstraint(fields=["name_key"], name="team_name_once"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="team_ends_after_start",
            ),
        ]

    def __str__(self):
        return self.name


class TeamAliasQuerySet(models.QuerySet):
    """Other names of teams by who may know them."""

    def visible_to(self, user):
        """The organisation is no secret: everybody signed in sees it."""
        return self.all() if user.is_authenticated else self.none()


class TeamAlias(models.Model):
    """Another name by which returns and imports call a team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=120)
    name_key = NameKey()
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    objects = TeamAliasQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name_key"], name="team_alias_once"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="team_alias_ends_after_start",
            ),
        ]

    def __str__(self):
        return self.name


class UserManager(BaseUserManager):
    def get_by_natural_key(self, username):
        """People type their address in any case."""
        return self.get(email__iexact=username)


class UserQuerySet(models.QuerySet):
    """People by the roles that they hold."""

    def people(self):
        """Everybody but the system itself."""
        return self.filter(is_system=False)

    def active(self):
        """People who may sign in."""
        return self.people().filter(is_active=True)

    def with_role(self, *roles):
        """Active people who hold any of these roles."""
        return self.active().filter(grants__role__in=roles).distinct()

    def visible_to(self, user):
        """Accounts are the administrator's; everybody sees their own."""
        if user.has_role(Role.ADMINISTRATOR):
            return self.people()
        return self.people().filter(pk=user.pk)


class User(AbstractBaseUser):
    """A person with an account, or the one user as whom commands act."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=120, blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    is_active = models.BooleanField(default=True)
    is_system = models.BooleanField(default=False)
    ended_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "email"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.UniqueConstraint(
                fields=["is_system"], condition=Q(is_system=True), name="one_system_user"
            ),
        ]

    def __str__(self):
        return self.name or self.email

    @cached_property
    def _grants(self) -> list:
        if "grants" in getattr(self, "_prefetched_objects_cache", {}):  # one of a list of people
            return list(self.grants.all())
        # One query for a request: the user is read each time, so that a removed role is gone at once.
        return GRANTS.rows(user=self.pk, today=timezone.localdate())

    @property
    def deputises_for(self) -> list["User"]:
        """Those in whose roles the person acts today, beside their own."""
        return list(
            {grant.user_id: grant.user for grant in self._grants if grant.user_id != self.pk}.values()
        )

    @property
    def acting_ids(self) -> set[int]:
        """The person, and those for whom they stand in: what one of these wrote none of them signs off."""
        return {self.pk, *(person.pk for person in self.deputises_for)}

    @property
    def acting_name(self) -> str:
        """As history names who did something: both, while they deputise."""
        others = " and ".join(str(person) for person in self.deputises_for)
        return f"{self}, deputy of {others}" if others else str(self)

    @property
    def roles(self) -> frozenset[str]:
        """The roles held, as stored values."""
        return frozenset(grant.role for grant in self._grants)

    def has_role(self, *roles: str) -> bool:
        """Whether the person holds any of these roles; the system user holds none and may everything."""
        return self.is_system or not self.roles.isdisjoint(roles)

    @property
    def managed_team_ids(self) -> set[int]:
        """The teams that the person manages."""
        return {grant.team_id for grant in self._grants if grant.role == Role.MANAGER}

    @property
    def headed_service_ids(self) -> set[int]:
        """The services of which the person is head."""
        return {grant.service_id for grant in self._grants if grant.role == Role.HEAD}


class RoleGrant(models.Model):
    """A role that a person holds: a manager's for one team, a head's for one service, the others for all."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="grants")

    class Meta:
        ordering = ["role", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(role=Role.MANAGER, team__isnull=False, service__isnull=True)
                    | Q(role=Role.HEAD, service__isnull=False, team__isnull=True)
                    | (~Q(role__in=[Role.MANAGER, Role.HEAD]) & Q(service__isnull=True, team__isnull=True))
                ),
                name="grant_has_its_limit",
            ),
            models.UniqueConstraint(fields=["user", "team"], name="manager_of_team_once"),
            models.UniqueConstraint(fields=["user", "service"], name="head_of_service_once"),
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(service=None, team=None), name="role_once"
            ),
        ]

    def __str__(self):
        limit = self.team or self.service
        return f"{self.get_role_display()}{f' ({limit})' if limit else ''}"


class DeputyQuerySet(models.QuerySet):
    """Deputies by when they act."""

    def in_force(self, today=None):
        """Those who act today."""
        today = today or timezone.localdate()
        return self.filter(starts_on__lte=today, ends_on__gte=today)

    def to_come(self):
        """Those who act today or later."""
        return self.filter(ends_on__gte=timezone.localdate())


class Deputy(models.Model):
    """Somebody who acts within a person's roles between two days. Their own deputies do not inherit that."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="deputies")
    deputy = models.ForeignKey(User, on_delete=models.CASCADE, related_name="deputyships")
    starts_on = models.DateField()
    ends_on = models.DateField()

    objects = DeputyQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(person=models.F("deputy")), name="nobody_is_their_own_deputy"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="deputy_ends_after_start"
            ),
        ]

    def __str__(self):
        return f"{self.deputy}, {day(self.starts_on)} to {day(self.ends_on)}"


def _grants_of_a_person():
    """The roles that a person holds, and those of the people for whom they stand in."""
    user, today = Given("user", models.BigAutoField()), Given("today", models.DateField())
    lent = Deputy.objects.in_force(today).filter(deputy=user).values("person")
    held = RoleGrant.objects.filter(Q(user=user) | Q(user__in=lent, user__is_active=True))
    return held.select_related("user")


# Every request reads these two.
USER = Prepared(lambda: User.objects.filter(pk=Given("pk", models.BigAutoField())))
GRANTS = Prepared(_grants_of_a_person)

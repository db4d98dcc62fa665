from functools import cache

import factory
from django.conf import settings
from django.contrib.auth.hashers import make_password

from qa_audit.people.models import Role, RoleGrant, Service, Team, User

PASSWORD = "harbour-lanterns-at-six"


class ServiceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Service
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"Service {n}")
    order = factory.Sequence(lambda n: n)


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team
        django_get_or_create = ("name",)

    service = factory.SubFactory(ServiceFactory)
    name = factory.Sequence(lambda n: f"Team {n}")


@cache
def _hash_by(hasher: str, password: str) -> str:
    return make_password(password)


def _hash(password: str) -> str:
    """One hash for all who have the same password: making it is most of what making a person costs."""
    return _hash_by(settings.PASSWORD_HASHERS[0], password)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@council.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.Transformer(PASSWORD, transform=_hash)


def give_role(user: User, role: Role, *, team: Team | None = None, service: Service | None = None) -> User:
    """Grant the role and return the person as a new request would load them."""
    RoleGrant.objects.create(user=user, role=role, team=team, service=service)
    return User.objects.get(pk=user.pk)

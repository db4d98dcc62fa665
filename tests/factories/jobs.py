from datetime import timedelta

import factory
from django.utils import timezone

from qa_audit.jobs.models import SILENT_AFTER, Job
from tests.factories.people import UserFactory


class JobFactory(factory.django.DjangoModelFactory):
    """A check at work; `is_dead`: nothing has been heard of it for longer than work is silent."""

    class Meta:
        model = Job

    class Params:
        is_dead = factory.Trait(
            alive_until=factory.LazyFunction(lambda: timezone.now() - timedelta(seconds=1)),
            begun_at=factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=3)),
        )

    kind = "check"
    by = factory.SubFactory(UserFactory)
    alive_until = factory.LazyFunction(lambda: timezone.now() + SILENT_AFTER)

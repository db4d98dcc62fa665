from datetime import date

import factory

from qa_audit.loop.models import Action, ActionOrigin
from tests.factories.people import UserFactory


class ActionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Action

    origin = ActionOrigin.INDICATOR
    text = "Agree cover for the vacant posts."
    owner_role = "Team manager"
    due_on = date(2026, 5, 29)
    written_by = factory.SubFactory(UserFactory)

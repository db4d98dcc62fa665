"""What the rows of a file may name: services, teams, people."""

from django.db.models.functions import Lower

from qa_audit.common.names import one_line
from qa_audit.intake.organisation import Organisation
from qa_audit.people.models import User


class Known(Organisation):
    """The council's organisation and its people."""

    def __init__(self):
        super().__init__()
        self._people = dict(User.objects.people().values_list(Lower("email"), "pk"))

    def person_id(self, email: str) -> int | None:
        """The person with this address, whether or not they still work here."""
        return self._people.get(one_line(email).lower())

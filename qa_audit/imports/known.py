"""What the rows of a file may name: services, teams, people. Each name is looked up once."""

from django.db.models import QuerySet
from django.db.models.functions import Lower

from qa_audit.people.models import Service, Team, User


class Known:
    """The council's organisation as a file names it."""

    def __init__(self):
        self._services: dict[str, Service | None] = {}
        self._teams: dict[str, Team | None] = {}
        self._people = dict(User.objects.people().values_list(Lower("email"), "pk"))

    def service(self, text: str) -> Service | None:
        """The service of this name, now or formerly."""
        if text not in self._services:
            self._services[text] = _best(Service.objects.named(text), text)
        return self._services[text]

    def team(self, text: str) -> Team | None:
        """The team of this name or alias."""
        if text not in self._teams:
            self._teams[text] = _best(Team.objects.named(text).select_related("service"), text)
        return self._teams[text]

    def person_id(self, email: str) -> int | None:
        """The person with this address, whether or not they still work here."""
        return self._people.get(email.lower())


def _best(found: QuerySet, text: str) -> Service | Team | None:
    """Where one's former name is another's present name, the present name goes first."""
    return min(found, key=lambda named: named.name.lower() != text.lower(), default=None)

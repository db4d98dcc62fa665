"""What the rows of a file may name: services, teams, people. Each name is looked up once."""

from django.db.models import Manager, QuerySet
from django.db.models.functions import Lower

from qa_audit.common.names import did_you_mean, name_key, one_line
from qa_audit.people.models import FormerName, Service, Team, TeamAlias, User


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

    def near_service(self, text: str) -> str:
        """The service that may have been meant, as a question; nothing where none is near."""
        return did_you_mean(text, [*_names(Service.objects), *_names(FormerName.objects)])

    def near_team(self, text: str) -> str:
        """The team that may have been meant, as a question."""
        return did_you_mean(text, [*_names(Team.objects), *_names(TeamAlias.objects)])

    def person_id(self, email: str) -> int | None:
        """The person with this address, whether or not they still work here."""
        return self._people.get(one_line(email).lower())


def _names(rows: Manager) -> QuerySet:
    return rows.values_list("name", flat=True)


def _best(found: QuerySet, text: str) -> Service | Team | None:
    """Where one's former name is another's present name, the present name goes first."""
    wanted = name_key(text)
    return min(
        found, key=lambda named: (name_key(named.name) != wanted, named.name != one_line(text)), default=None
    )

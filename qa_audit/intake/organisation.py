"""The council's services and teams as the rows of a file name them. Each name is looked up once."""

from django.db.models import Manager, QuerySet

from qa_audit.common.names import did_you_mean, name_key, one_line
from qa_audit.people.models import FormerName, Service, Team, TeamAlias


class Organisation:
    """Services and teams by their names, present or former."""

    def __init__(self):
        self._services: dict[str, Service | None] = {}
        self._teams: dict[str, Team | None] = {}

    def service(self, text: str) -> Service | None:
        """The service of this name, now or formerly."""
        key = name_key(text)
        if key not in self._services:
            self._services[key] = _best(Service.objects.named(text), text)
        return self._services[key]

    def team(self, text: str) -> Team | None:
        """The team of this name or alias."""
        key = name_key(text)
        if key not in self._teams:
            self._teams[key] = _best(Team.objects.named(text).select_related("service"), text)
        return self._teams[key]

    def near_service(self, text: str) -> str:
        """The service that may have been meant, as a question; nothing where none is near."""
        return did_you_mean(text, [*_names(Service.objects), *_names(FormerName.objects)])

    def near_team(self, text: str) -> str:
        """The team that may have been meant, as a question."""
        return did_you_mean(text, [*_names(Team.objects), *_names(TeamAlias.objects)])


def _names(rows: Manager) -> QuerySet:
    return rows.values_list("name", flat=True)


def _best(found: QuerySet, text: str) -> Service | Team | None:
    """Where one's former name is another's present name, the present name goes first."""
    key, name = name_key(text), one_line(text)
    return min(found, key=lambda one: (name_key(one.name) != key, one.name != name), default=None)

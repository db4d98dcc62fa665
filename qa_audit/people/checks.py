"""What a text may name, where the council's own services and teams name nobody."""

from functools import cached_property

from qa_audit.common.identifiers.sentences import Phrases, known_names
from qa_audit.common.identifiers.sightings import Sighting, scan
from qa_audit.people.models import FormerName, Service, Team, TeamAlias


class Look:
    """Looks for identifiers in texts. The organisation is asked for once, and only when something is seen."""

    def __call__(self, text: str) -> list[Sighting]:
        return scan(text, self._own_names) if scan(text) else []

    @cached_property
    def _own_names(self) -> Phrases:
        others = [
            rows.order_by().values_list(column)
            for rows, column in (
                (FormerName.objects.all(), "name"),
                (Team.objects.all(), "name"),
                (TeamAlias.objects.all(), "name"),
                (Team.objects.exclude(locality=""), "locality"),
            )
        ]
        services = Service.objects.order_by().values_list("name")
        return known_names(name for (name,) in services.union(*others))

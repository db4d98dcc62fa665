"""One team's rows of Measures: an indicator of its service with commentary and a step, and a caseload."""

from datetime import date

from kpi.commentary.models import CommentaryStatus
from qa_audit.people.models import Team, User
from tests.factories.kpi import (
    ActionStepFactory,
    CaseloadFactory,
    CommentaryFactory,
    IndicatorVersionFactory,
    ObservationFactory,
    ReturnFactory,
)

MARCH = date(2026, 3, 1)


def packs_of(team: Team, writer: User, text: str, service_text: str) -> dict:
    """The rows by the name under which addresses ask for them.

    In: `text` says whose the rows of the team are, `service_text` whose those of its service.
    """
    version = IndicatorVersionFactory(
        indicator__code=f"{text}-1",
        indicator__slug=f"{text.lower()}-1",
        indicator__area__title=f"Area {team.service_id}",
    )
    indicator = version.indicator
    indicator.services.add(team.service)
    source = ReturnFactory(by=writer)
    ObservationFactory(indicator_version=version, source=source)
    ObservationFactory(indicator_version=version, source=source, team=team, numerator=9, denominator=12)
    written = {"indicator": indicator, "written_by": writer, "text": f"Words {text}-commentary"}
    CaseloadFactory(team=team, worker_code=f"{text}-caseload", children=24, source=source)
    return {
        "slug": indicator.slug,
        "month": "2026-02",
        "area": indicator.area,
        "commentary": CommentaryFactory(**written, status=CommentaryStatus.SUBMITTED),
        "draft": CommentaryFactory(**written, month=MARCH),
        "step": ActionStepFactory(
            indicator=indicator,
            action__service=team.service,
            action__written_by=writer,
            action__text=f"Do {service_text}-step",
        ),
    }

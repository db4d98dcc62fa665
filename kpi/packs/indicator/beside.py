"""What people wrote beside one indicator's figure: commentary, and action steps."""

from datetime import date
from functools import cached_property

from kpi.commentary.models import ActionStep, Commentary
from kpi.indicators.models.indicators import Indicator
from qa_audit.people.models import User


class Beside:
    """One indicator's month, as far as the person may read what is beside it."""

    def __init__(self, user: User, indicator: Indicator, month: date):
        self.user, self.indicator, self.month = user, indicator, month

    @cached_property
    def commentary(self) -> Commentary | None:
        """The month's commentary, in whatever state the person may read it."""
        found = Commentary.objects.visible_to(self.user).for_service()
        found = found.filter(indicator=self.indicator, month=self.month)
        return found.select_related("same_as__indicator", "same_as__written_by", "written_by").first()

    @property
    def steps(self) -> list[ActionStep]:
        """The action steps that answer this month's figure."""
        return [step for step in self._steps if step.month == self.month]

    @property
    def carried(self) -> list[ActionStep]:
        """Those of earlier months that were not ended when this month began."""
        return [step for step in self._steps if step.month < self.month]

    @cached_property
    def _steps(self) -> list[ActionStep]:
        steps = ActionStep.objects.visible_to(self.user).filter(indicator=self.indicator)
        shown = steps.of_month(self.month) | steps.carried_to(self.month)
        return list(shown.select_related("action__owner", "action__service"))

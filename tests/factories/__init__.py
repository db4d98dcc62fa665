"""Factories: each makes a valid record with no arguments."""

from tests.factories.audits import AuditFactory, FindingFactory, NoticeFactory, ToolVersionFactory  # noqa: F401
from tests.factories.jobs import JobFactory  # noqa: F401
from tests.factories.learning import LearningReviewFactory  # noqa: F401
from tests.factories.people import ServiceFactory, TeamFactory, UserFactory, give_role  # noqa: F401

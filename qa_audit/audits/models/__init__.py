"""Audits: the header and its state, what was answered, what was found, and text kept for later."""

from qa_audit.audits.models.agencies import PartnerAgency  # noqa: F401
from qa_audit.audits.models.answers import (  # noqa: F401
    WORDS_WITHOUT_VOICE,
    Answer,
    AuditFinding,
    DomainGrade,
    KeptText,
    NotAName,
    Outcome,
    Voice,
    Who,
    has_answers,
)
from qa_audit.audits.models.audit import (  # noqa: F401
    COUNTED_STATES,
    FROM_SHARED,
    OPEN_STATES,
    PROVISIONAL_STATES,
    WHOLE,
    Audit,
    AuditQuerySet,
    State,
)
from qa_audit.audits.models.header import (  # noqa: F401
    AgeBand,
    Capacity,
    EthnicGroup,
    Impact,
    Kind,
    ReasonChosen,
    Sex,
    StatusOnTheDay,
)
from qa_audit.audits.models.series import ReferenceSeries  # noqa: F401
from qa_audit.audits.models.themes import AuditTheme  # noqa: F401

"""Audits: the header and its state, what was answered, what was found, and text kept for later."""

from qa_audit.audits.models.answers import (  # noqa: F401
    Answer,
    AuditFinding,
    DomainGrade,
    KeptText,
    NotAName,
    Outcome,
    Voice,
    Who,
)
from qa_audit.audits.models.audit import (  # noqa: F401
    COUNTED_STATES,
    FROM_SHARED,
    OPEN_STATES,
    PROVISIONAL_STATES,
    WHOLE,
    Audit,
    AuditQuerySet,
    ReferenceSeries,
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
from qa_audit.audits.models.themes import AuditTheme  # noqa: F401

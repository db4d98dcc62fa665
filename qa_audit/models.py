"""The import list by which Django finds the models of every sub-package."""

import qa_audit.audits.models.agencies
import qa_audit.audits.models.answers
import qa_audit.audits.models.audit
import qa_audit.audits.models.series
import qa_audit.findings.models
import qa_audit.history.models
import qa_audit.imports.models
import qa_audit.jobs.models
import qa_audit.learning.models
import qa_audit.loop.models
import qa_audit.notices.models
import qa_audit.people.models
import qa_audit.reports.models
import qa_audit.tools.models  # noqa: F401

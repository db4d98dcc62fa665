from django.apps import AppConfig

import qa_audit.deployment  # noqa: F401


class QaAuditConfig(AppConfig):
    """Case audits, learning reviews and findings, and the house around them."""

    name = "qa_audit"
    verbose_name = "Quality assurance"

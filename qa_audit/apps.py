from django.apps import AppConfig


class QaAuditConfig(AppConfig):
    """Case audits, learning reviews and findings, and the house around them."""

    name = "qa_audit"
    verbose_name = "Quality assurance"

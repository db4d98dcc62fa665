from django.apps import AppConfig


class KpiConfig(AppConfig):
    """Key performance indicators."""

    name = "kpi"
    verbose_name = "Key performance indicators"

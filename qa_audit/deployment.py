"""What `manage.py check --deploy` asks of a council's settings, beside what Django asks."""

from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.security, deploy=True)
def history_leaves_the_database(app_configs, **kwargs) -> list[Warning]:
    """Whoever owns the database can rewrite its history; only a head kept elsewhere tells."""
    if settings.HISTORY_HEADS or settings.HISTORY_HEADS_TO:
        return []
    return [
        Warning(
            "The head of history is kept nowhere outside the database.",
            hint="Set HISTORY_HEADS (a file) or HISTORY_HEADS_TO (addresses), and run `nightly` on a timer.",
            id="sight.W001",
        )
    ]

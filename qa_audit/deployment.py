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


@register(Tags.security, deploy=True)
def proxies_are_counted(app_configs, **kwargs) -> list[Warning]:
    """A proxy on the same machine looks like no proxy: only the operator knows."""
    if settings.SAYS_TRUSTED_PROXIES:
        return []
    return [
        Warning(
            "TRUSTED_PROXIES is not set: behind a proxy everybody would count as one address, and the 31st "
            "sign-in of a minute would be refused.",
            hint="Set TRUSTED_PROXIES to the number of proxies in front of the site, 0 if there is none.",
            id="sight.W002",
        )
    ]

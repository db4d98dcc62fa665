"""What history and the log need to know of a request: its address and its number."""

import logging
import re
import secrets
from functools import cache
from ipaddress import ip_address

from django.conf import settings

from qa_audit.common.log import current_address, request_number

log = logging.getLogger(__name__)


def client_address(request) -> str:
    """The caller's address; behind proxies that we trust, the one that the outermost of them saw.

    "" where nobody can tell: a server that listens on a file, with no proxy trusted.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXIES
    if hops and not trusted:
        warn_of_a_proxy()
    seen = _address(hops[-trusted]) if trusted and len(hops) >= trusted else ""
    return seen or _address(request.META.get("REMOTE_ADDR", ""))


def _address(text: str) -> str:
    """The address alone: some proxies add the port. "" for what is none."""
    found = re.fullmatch(r"\[([^\]]+)\](?::\d+)?|([\d.]+):\d+|(.+)", text)
    try:
        return str(ip_address(next(filter(None, found.groups())))) if found else ""
    except ValueError:
        return ""


@cache
def warn_of_a_proxy() -> None:
    """Once a process: else everybody counts as the proxy, in history and where tries are counted."""
    log.warning("Requests come through a proxy, and TRUSTED_PROXIES is 0: set it to the number of proxies.")


class RequestFacts:
    """Keeps the address for history, and gives each request the number that error pages and logs print."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.number = secrets.token_hex(4)
        request_number.set(request.number)
        current_address.set(client_address(request))
        response = self.get_response(request)
        response.headers["X-Request-Id"] = request.number
        return response

"""What history and the log need to know of a request: its address and its number."""

import secrets

from django.conf import settings

from qa_audit.common.log import current_address, request_number


def client_address(request) -> str:
    """The caller's address; behind proxies that we trust, the one that the outermost of them saw."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXIES
    if trusted and len(hops) >= trusted:
        return hops[-trusted][:45]
    return request.META.get("REMOTE_ADDR", "")[:45]


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

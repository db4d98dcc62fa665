"""What the site says when something is wrong. None of these pages needs the database."""

import sys

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, RawPostDataException, UnreadablePostError
from django.shortcuts import render

from qa_audit.common.database import is_away

# Seconds: a browser, a proxy and our own script try again after them.
RETRY_AFTER = 5
# Fields that nobody typed.
MACHINE_FIELDS = ("csrfmiddlewaretoken", "token", "version", "password", "was_kept", "page")


def _problem(request, status: int):
    return render(
        request, f"{status}.html", {"request_number": getattr(request, "number", "")}, status=status
    )


def bad_request(request, exception=None):
    return _problem(request, 400)


def forbidden(request, exception=None):
    return _problem(request, 403)


def not_found(request, exception=None):
    return _problem(request, 404)


def server_error(request):
    """A fault of ours, or a database that cannot be reached: then what was typed is shown back."""
    if is_away(sys.exc_info()[1]):
        return _not_available(request)
    return _problem(request, 500)


def _not_available(request: HttpRequest):
    # The database holds who is signed in.
    request.user = AnonymousUser()
    context = {"request_number": getattr(request, "number", ""), **_sent(request)}
    response = render(request, "503.html", context, status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def _sent(request: HttpRequest) -> dict:
    """The form that was sent, to be sent again, and what was typed in it. Of sign-in nothing comes back."""
    if request.method != "POST" or request.path.startswith("/account/"):
        return {}
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
        has_file = bool(request.FILES)
    except (RawPostDataException, UnreadablePostError, SuspiciousOperation):  # the last: too long, too many
        return {}
    typed = [value for name, value in fields if value.strip() and not name.startswith(MACHINE_FIELDS)]
    return {
        "fields": fields,
        "has_file": has_file,
        "typed": [value for value in typed if " " in value.strip() or "\n" in value or len(value) > 40],
    }


def csrf_failure(request, reason=""):
    """Signing in elsewhere changes the token: text of an audit is kept, and the page says what to do."""
    request.is_refused_as_signed_out = True
    return _problem(request, 403)

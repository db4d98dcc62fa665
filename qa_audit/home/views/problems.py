"""What the site says when something is wrong. None of these pages needs the database."""

from django.shortcuts import render


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
    return _problem(request, 500)


def csrf_failure(request, reason=""):
    """Signing in elsewhere changes the token: text of an audit is kept, and the page says what to do."""
    request.is_refused_as_signed_out = True
    return _problem(request, 403)

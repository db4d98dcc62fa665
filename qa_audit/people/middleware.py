"""The conditions under which a signed-in person's request is answered."""

import time

from allauth.account.internal.stagekit import clear_login, unstash_login
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect, render

from qa_audit.history.actions import record
from qa_audit.people.actions.persons import ACCOUNT_ENDED

# The session says this often that its person is active: not with each request, which would write each time.
ACTIVITY_SECONDS = 15

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

# Where a person without a second factor may go: to get one, to prove who they are, and out.
ENROLMENT_PAGES = {
    "mfa_activate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "account_reauthenticate",
    "account_logout",
    "people:stay",
}


class SafeHeaders:
    """Headers that Django has no setting for: pages are never stored, sign-out clears the browser."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Cache-Control"] = "no-store"
        if getattr(request, "has_signed_out", False):
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


class CompressText(GZipMiddleware):
    """Pages, csv and JSON go compressed, padded by a random length (decision 47); workbooks already are."""

    def process_response(self, request, response):
        if response.headers.get("Content-Type", "").startswith(("text/", "application/json")):
            return super().process_response(request, response)
        return response


class RefuseLongRequests:
    """Refuses what is longer than our longest form before it is read: files would fill the disk."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # A request without a length has, to the server that runs us, no content.
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return render(request, "413.html", {"request_number": request.number}, status=413)
        return self.get_response(request)


class SessionLimits:
    """Ends a session after the idle time, and after its longest time whatever was done in it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            now = int(time.time())
            began = request.session.setdefault("began_at", now)
            active = request.session.setdefault("active_at", now)
            idle_limit = settings.IDLE_MINUTES * 60 + ACTIVITY_SECONDS
            if now - active > idle_limit or now - began > settings.SESSION_HOURS * 3600:
                self._end(request)
            elif now - active >= ACTIVITY_SECONDS:
                request.session["active_at"] = now
        return self.get_response(request)

    def _end(self, request):
        # Nothing is cleared in the browser: what was typed on the page is still to be saved.
        record("signed out", by=request.user, obj=request.user, reason="The time was up")
        logout(request)
        messages.info(request, "You were signed out because the time was up. Sign in again to continue.")


class SignInRequired(LoginRequiredMiddleware):
    """Sends nobody-signed-in to sign-in. To htmx it answers 401: a redirect would swap a page into a form."""

    def handle_no_permission(self, request, view_func):
        # Text of an audit that came with a valid token is kept (audits.middleware).
        request.is_refused_as_signed_out = True
        has_ended = ACCOUNT_ENDED in request.session
        if request.headers.get("HX-Request") or request.headers.get("X-Autosave"):
            words = "Your account has ended." if has_ended else "You are signed out."
            headers = {"X-Account-Ended": "1"} if has_ended else {}
            return HttpResponse(words, status=401, content_type="text/plain", headers=headers)
        if has_ended:
            return redirect("account_inactive")
        return super().handle_no_permission(request, view_func)


class SecondFactorRequired:
    """Where the setting asks for it, a local account without a second factor reaches only the enrolment."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if request.resolver_match.view_name == "mfa_authenticate" and _has_ended_meanwhile(request):
            clear_login(request)
            return redirect("account_inactive")
        if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return None
        if request.resolver_match.view_name in ENROLMENT_PAGES or _has_second_factor(request):
            return None
        return redirect("mfa_activate_totp")


def _has_ended_meanwhile(request) -> bool:
    """Whether the account ended between the password and the code: allauth asks with the password only."""
    login = unstash_login(request, peek=True)
    return bool(login and login.user and not login.user.is_active)


def _has_second_factor(request) -> bool:
    """Asked of the database each time: a second factor that was cleared is gone with the next request."""
    methods = request.session.get("account_authentication_methods", [])
    return any(item.get("method") == "socialaccount" for item in methods) or is_mfa_enabled(request.user)

"""How allauth behaves here: no public sign-up, our own words, and every sign-in on record."""

import secrets
import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context, ratelimit
from allauth.mfa import signals as second_factor
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import receiver
from django.urls import reverse

from qa_audit.history.actions import record
from qa_audit.history.middleware import client_address
from qa_audit.people.models import USER, User

# A shared desk: the people who signed in last are known.
MOST_KNOWN = 10
# The name of its limit in ACCOUNT_RATE_LIMITS.
KNOWN_BROWSER_FAILED = "known_browser_failed"


class Accounts(AuthenticationBackend):
    """allauth's, with the person read by a statement that is composed once: every request reads them."""

    def get_user(self, user_id):
        found = USER.rows(pk=user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None


def has_confirmed_lately(request) -> bool:
    """Whether the person proved who they are in the last quarter of an hour; a fresh sign-in counts."""
    methods = request.session.get("account_authentication_methods", [])
    latest = max((item.get("at", 0) for item in methods), default=0)
    return time.time() - latest < settings.CONFIRM_PASSWORD_MINUTES * 60


def _known(request) -> dict:
    """What the browser's cookie says: its own number, and the accounts that signed in there."""
    try:
        found = signing.loads(
            request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, ""),
            salt="known browser",
            max_age=settings.KNOWN_BROWSER_DAYS * 24 * 3600,
        )
    except signing.BadSignature:
        return {"number": secrets.token_hex(16), "accounts": {}}
    return found


def _fingerprint(user: User) -> str:
    """Changes with the password: a browser known under an old one is known no more."""
    return user.get_session_auth_hash()[:16]


def _own_count(request, email: str = "", **credentials) -> str:
    """Under what a browser in which this account signed in before counts its tries; "" for any other."""
    known = _known(request)
    user = User.objects.filter(email__iexact=email).first() if known["accounts"] else None
    is_known = user and known["accounts"].get(str(user.pk)) == _fingerprint(user)
    return f"{known['number']}:{user.pk}" if is_known else ""


def remember_browser(request, response, user: User) -> None:
    """From now on this browser is one of this person's. Nothing in it tells who they are."""
    known = _known(request)
    others = [(pk, mark) for pk, mark in known["accounts"].items() if pk != str(user.pk)]
    known["accounts"] = dict([*others, (str(user.pk), _fingerprint(user))][-MOST_KNOWN:])
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        signing.dumps(known, salt="known browser"),
        max_age=settings.KNOWN_BROWSER_DAYS * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


class RepetitionValidator:
    """Refuses a word written several times: long enough, and as easy to guess as the word."""

    def validate(self, password, user=None):
        half = len(password) // 2
        if any(password == password[:size] * (len(password) // size) for size in range(1, half + 1)):
            raise ValidationError("Choose a password that does not repeat itself", code="repeated")

    def get_help_text(self):
        return "Your password must not be the same word several times."


class AccountAdapter(DefaultAccountAdapter):
    """Local accounts: made by an administrator only."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # The same words whether or not there is such an account.
        "email_password_mismatch": "The email address or the password is not right",
        "too_many_login_attempts": "Too many attempts. Wait 5 minutes, then try again",
        "rate_limited": "Too many attempts. Wait 5 minutes, then try again",
        "incorrect_password": "The password is not right",
        "enter_current_password": "The password is not right",
    }

    def is_open_for_signup(self, request):
        return False

    def is_reauthentication_required(self, *, app, **kwargs):
        # Else a person who signed in a minute ago would be asked again before setting up a second factor.
        return not has_confirmed_lately(context.request)

    def reauthenticate(self, user, password):
        # By the account's own address, so that its throttle counts these tries too.
        return self.authenticate(context.request, email=user.email, password=password) == user

    def get_password_change_redirect_url(self, request):
        return reverse("people:account")

    @transaction.atomic
    def set_password(self, user, password):
        super().set_password(user, password)
        record("password set", by=user, obj=user)

    def get_client_ip(self, request):
        # As history reads it; where nobody can tell, all count as one.
        return client_address(request) or "0.0.0.0"  # noqa: S104

    def pre_authenticate(self, request, **credentials):
        """Count the try. A browser known to the person has its own count: no stranger locks them out."""
        key = _own_count(request, **credentials)
        if not key:
            super().pre_authenticate(request, **credentials)
        elif not ratelimit.consume(request, action=KNOWN_BROWSER_FAILED, key=key):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request, **credentials):
        user = super().authenticate(request, **credentials)
        if user and (key := _own_count(request, **credentials)):
            ratelimit.clear(request, action=KNOWN_BROWSER_FAILED, key=key)
        return user

    def post_login(self, request, user, **kwargs):
        record("signed in", by=user, obj=user)
        response = super().post_login(request, user, **kwargs)
        remember_browser(request, response, user)
        return response

    def authentication_failed(self, request, **credentials):
        # The address typed may be a password typed in the wrong box: it is not kept.
        record("sign-in refused", by=None)
        super().authentication_failed(request, **credentials)

    def logout(self, request):
        record("signed out", by=request.user, obj=request.user)
        request.has_signed_out = True
        super().logout(request)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """The council's directory: an account must have been made and linked before it can be used."""

    def is_open_for_signup(self, request, sociallogin):
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """The authenticator app: our words."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "The code is not right. Enter the one that the app shows now",
    }


# allauth tells of second factors by signals only.
@receiver(second_factor.authenticator_added)
@receiver(second_factor.authenticator_reset)
def record_set_up(request, user, authenticator, **kwargs):
    record("second factor set up", by=user, obj=user, changes={"kind": [None, str(authenticator.type)]})


@receiver(second_factor.authenticator_removed)
def record_removal(request, user, authenticator, **kwargs):
    record("second factor removed", by=user, obj=user, changes={"kind": [str(authenticator.type), None]})


@receiver(second_factor.authentication_failed)
def record_refusal(request, user, authenticator, **kwargs):
    record("second factor refused", by=user, obj=user)

"""Who may use which page: every URL name with its methods and roles. What is not here is refused.

Rows are a second gate: a page shows only what `visible_to(user)` gives.
"""

from allauth.account.internal.flows.reauthentication import suspend_request
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed
from django.urls import reverse

from qa_audit.history.actions import record
from qa_audit.people.models import Role
from qa_audit.people.sign_in import has_confirmed_lately

ANYONE = frozenset({"anyone"})
SIGNED_IN = frozenset({"signed in"})
AUDITOR, MANAGER, HEAD = Role.AUDITOR, Role.MANAGER, Role.HEAD
QA_LEAD, LEADER, ANALYST, ADMINISTRATOR = Role.QA_LEAD, Role.LEADER, Role.ANALYST, Role.ADMINISTRATOR
AUDITORS = frozenset({AUDITOR, MANAGER})
READERS = frozenset({AUDITOR, MANAGER, HEAD, QA_LEAD, LEADER})
FIGURES = READERS | {ANALYST}
# Learning reviews are no manager's.
REVIEWERS = READERS - {MANAGER}


def see(roles) -> dict:
    """A page that is only looked at."""
    return {"GET": frozenset(roles)}


def press(roles) -> dict:
    """A button: it posts and leads on."""
    return {"POST": frozenset(roles)}


def fill_in(roles) -> dict:
    """A form: looked at and sent."""
    return {"GET": frozenset(roles), "POST": frozenset(roles)}


POLICY: dict[str, dict[str, frozenset]] = {
    # --- Sign-in
    "account_login": fill_in(ANYONE),
    "account_logout": fill_in(ANYONE),  # also away from the second step of signing in
    "account_reset_password": fill_in(ANYONE),
    "account_reset_password_done": see(ANYONE),
    "account_reset_password_from_key": fill_in(ANYONE),
    "account_reset_password_from_key_done": see(ANYONE),
    "account_change_password": fill_in(SIGNED_IN),
    "account_reauthenticate": fill_in(SIGNED_IN),
    "account_inactive": see(ANYONE),
    "mfa_authenticate": fill_in(ANYONE),
    "mfa_reauthenticate": fill_in(SIGNED_IN),
    "mfa_index": see(SIGNED_IN),
    "mfa_activate_totp": fill_in(SIGNED_IN),
    "mfa_deactivate_totp": fill_in(SIGNED_IN),
    "mfa_view_recovery_codes": see(SIGNED_IN),
    "mfa_generate_recovery_codes": fill_in(SIGNED_IN),
    "usersessions_list": fill_in(SIGNED_IN),
    # --- Home
    "home:index": see(SIGNED_IN),
    "home:accessibility": see(ANYONE),
    "home:privacy": see(ANYONE),
    "home:help": see(ANYONE),
    "home:findings": see(READERS),
    "home:findings_download": see(READERS),
    "home:live": see(ANYONE),
    "home:ready": see(ANYONE),
    # --- People
    "people:stay": press(SIGNED_IN),
    "people:account": see(SIGNED_IN),
    "people:list": see({ADMINISTRATOR}),
    "people:add": fill_in({ADMINISTRATOR}),
    "people:detail": see({ADMINISTRATOR}),
    "people:change": fill_in({ADMINISTRATOR}),
    "people:give_role": fill_in({ADMINISTRATOR}),
    "people:take_role": fill_in({ADMINISTRATOR}),
    "people:name_deputy": fill_in({ADMINISTRATOR}),
    "people:end_deputy": fill_in({ADMINISTRATOR}),
    "people:end": fill_in({ADMINISTRATOR}),
    "people:return": fill_in({ADMINISTRATOR}),
    "people:password_link": fill_in({ADMINISTRATOR}),
    "people:clear_second_factor": fill_in({ADMINISTRATOR}),
    "people:services:list": see({ADMINISTRATOR}),
    "people:services:add": fill_in({ADMINISTRATOR}),
    "people:services:detail": see({ADMINISTRATOR}),
    "people:services:change": fill_in({ADMINISTRATOR}),
    "people:services:end": fill_in({ADMINISTRATOR}),
    "people:services:add_team": fill_in({ADMINISTRATOR}),
    "people:services:change_team": fill_in({ADMINISTRATOR}),
    "people:settings": see({ADMINISTRATOR}),
    # --- Audits
    "audits:list": see(READERS),
    "audits:export": see(READERS),
    "audits:search": fill_in(READERS),
    "audits:allocate": fill_in({QA_LEAD}),
    "audits:detail": see(READERS),
    "audits:copy": see(READERS),
    "audits:share": press({QA_LEAD}),
    "audits:return": fill_in({QA_LEAD}),
    "audits:accuracy": fill_in({MANAGER}),
    "audits:agree": fill_in({QA_LEAD}),
    "audits:hand_over": fill_in({QA_LEAD}),
    "audits:cancel": fill_in(AUDITORS),
    "audits:change_tool": fill_in(AUDITORS),
    "audits:withdraw": fill_in({QA_LEAD}),
    "audits:history": see({QA_LEAD}),
    "audits:difference": see({QA_LEAD}),
    "audits:start": fill_in(AUDITORS),
    "audits:fill": see(AUDITORS),
    "audits:header": fill_in(AUDITORS),
    "audits:page": fill_in(AUDITORS),
    "audits:all": fill_in(AUDITORS),
    "audits:save": press(AUDITORS),
    "audits:add_finding": fill_in(AUDITORS),
    "audits:change_finding": fill_in(AUDITORS),
    "audits:remove_finding": fill_in(AUDITORS),
    "audits:safety": fill_in(AUDITORS),
    "audits:check": see(AUDITORS),
    "audits:not_a_name": press(AUDITORS),
    "audits:submit": press(AUDITORS),
    "audits:feedback": fill_in(AUDITORS | {QA_LEAD}),
    "audits:agencies": see(AUDITORS | {QA_LEAD}),
    "audits:add_agency": fill_in(AUDITORS | {QA_LEAD}),
    "audits:change_agency": fill_in(AUDITORS | {QA_LEAD}),
    "audits:remove_agency": fill_in(AUDITORS | {QA_LEAD}),
    "audits:kept": see(AUDITORS),
    "audits:kept_text": see(AUDITORS),
    "audits:put_back": press(AUDITORS),
    "audits:throw_away": press(AUDITORS),
    # --- Notices
    "notices:list": see(READERS),
    "notices:detail": see(READERS),
    "notices:acknowledge": press({MANAGER, HEAD, QA_LEAD, LEADER}),
    # --- Tools
    "tools:list": see(READERS),
    "tools:detail": see(READERS),
    "tools:file": see(READERS),
    "tools:import": fill_in({QA_LEAD}),
    "tools:publish": press({QA_LEAD}),
    "tools:retire": fill_in({QA_LEAD}),
    "tools:services": fill_in({QA_LEAD}),
    # --- Findings
    "findings:themes": see(READERS),
    "findings:add_theme": fill_in({QA_LEAD}),
    "findings:change_theme": fill_in({QA_LEAD}),
    # --- Learning
    "learning:list": see(REVIEWERS),
    "learning:download": see(REVIEWERS),
    "learning:detail": see(REVIEWERS),
    "learning:add": fill_in({AUDITOR, QA_LEAD}),
    "learning:change": fill_in({AUDITOR, QA_LEAD}),
    "learning:complete": fill_in({AUDITOR, QA_LEAD}),
    "learning:publish": fill_in({QA_LEAD}),
    "learning:reopen": fill_in({AUDITOR, QA_LEAD}),
    "learning:hand_over": fill_in({QA_LEAD}),
    "learning:withdraw": fill_in({QA_LEAD}),
    "learning:add_finding": fill_in({AUDITOR, QA_LEAD}),
    "learning:change_finding": fill_in({AUDITOR, QA_LEAD}),
    "learning:remove_finding": press({AUDITOR, QA_LEAD}),
    # --- Imports
    "imports:past": fill_in({QA_LEAD}),
    "imports:preview": see({QA_LEAD}),
    "imports:accept": press({QA_LEAD}),
    "imports:throw_away": press({QA_LEAD}),
    "imports:detail": see({QA_LEAD}),
    "imports:withdraw": fill_in({QA_LEAD}),
    "imports:template": see({QA_LEAD}),
    # --- Reports
    "reports:index": see(FIGURES),
    "reports:self_evaluation": see(FIGURES),
    "reports:grade_distribution": see(FIGURES),
    "reports:answers": see(FIGURES),
    "reports:domains": see(FIGURES),
    "reports:voice": see(FIGURES),
    "reports:impact": see(FIGURES),
    "reports:findings": see(FIGURES),
    "reports:hos_summary": see({HEAD, QA_LEAD, LEADER}),
    "reports:hos_summary_file": see({HEAD, QA_LEAD, LEADER}),
    "reports:export": see(FIGURES),
    "reports:records": see(READERS),
    "reports:analysis": fill_in({HEAD, QA_LEAD}),
    # --- Measures: packs
    "packs:index": see(FIGURES),
    "packs:dataset": see(FIGURES),
    "packs:performance_report": see(FIGURES),
    "packs:export": see(FIGURES),
    "packs:indicator": see(FIGURES),
    "packs:indicator_file": see(FIGURES),
    "packs:set_baseline": fill_in({ANALYST}),
    "packs:merge": fill_in({ANALYST}),
    "packs:caseloads": see(FIGURES - {AUDITOR}),
    "packs:caseloads_file": see(FIGURES - {AUDITOR}),
    # --- Measures: commentary
    "commentary:list": see({HEAD, ANALYST}),
    "commentary:detail": see(FIGURES),
    "commentary:write": fill_in({HEAD, ANALYST}),
    "commentary:write_of_area": fill_in({HEAD, ANALYST}),
    "commentary:submit": press({HEAD, ANALYST}),
    "commentary:approve": press({ANALYST}),
    "commentary:return": fill_in({ANALYST}),
    "commentary:add_step": fill_in({HEAD, ANALYST}),
    "commentary:change_step": fill_in({HEAD, ANALYST}),
    "commentary:end_step": fill_in({HEAD, ANALYST}),
    # --- Measures: indicators
    "indicators:list": see(FIGURES),
    "indicators:download": see(FIGURES),
    "indicators:sheet": see(FIGURES),
    "indicators:targets": see({ANALYST}),
    "indicators:benchmarks": see({ANALYST}),
    "indicators:populations": see({ANALYST}),
    "indicators:thresholds": see({ANALYST}),
    "indicators:areas": see({ANALYST}),
    "indicators:months": see({ANALYST}),
    "indicators:aliases": see({ANALYST}),
    "indicators:add": fill_in({ANALYST}),
    "indicators:change": fill_in({ANALYST}),
    "indicators:retire": fill_in({ANALYST}),
    "indicators:add_version": fill_in({ANALYST}),
    "indicators:change_version": fill_in({ANALYST}),
    "indicators:link_component": fill_in({ANALYST}),
    "indicators:set_target": fill_in({ANALYST}),
    "indicators:change_target": fill_in({ANALYST}),
    "indicators:remove_target": fill_in({ANALYST}),
    "indicators:set_benchmark": fill_in({ANALYST}),
    "indicators:change_benchmark": fill_in({ANALYST}),
    "indicators:remove_benchmark": fill_in({ANALYST}),
    "indicators:set_population": fill_in({ANALYST}),
    "indicators:change_population": fill_in({ANALYST}),
    "indicators:remove_population": fill_in({ANALYST}),
    "indicators:set_threshold": fill_in({ANALYST}),
    "indicators:change_threshold": fill_in({ANALYST}),
    "indicators:remove_threshold": fill_in({ANALYST}),
    "indicators:add_area": fill_in({ANALYST}),
    "indicators:change_area": fill_in({ANALYST}),
    "indicators:lock_month": fill_in({ANALYST}),
    "indicators:unlock_month": fill_in({ANALYST}),
    "indicators:add_alias": fill_in({ANALYST}),
    "indicators:change_alias": fill_in({ANALYST}),
    "indicators:make_live": press({ANALYST}),
    "indicators:remove_version": press({ANALYST}),
    "indicators:unlink_component": press({ANALYST}),
    "indicators:remove_alias": press({ANALYST}),
    # --- Measures: returns
    "returns:list": see({ANALYST}),
    "returns:upload": fill_in({ANALYST}),
    "returns:waiting": fill_in({ANALYST}),
    "returns:progress": see({ANALYST}),
    "returns:check_again": press({ANALYST}),
    "returns:throw_away": press({ANALYST}),
    "returns:template": see({ANALYST}),
    "returns:detail": see({ANALYST}),
    "returns:reverse": fill_in({ANALYST}),
    "returns:file": see({ANALYST}),
    # --- History
}

# These ask for the password again when it was given more than a quarter of an hour ago.
CONFIRMED: set[str] = {
    # --- People
    "people:add",
    "people:change",
    "people:give_role",
    "people:take_role",
    "people:name_deputy",
    "people:end_deputy",
    "people:end",
    "people:return",
    "people:password_link",
    "people:clear_second_factor",
    # --- Files with a row for each record
    "audits:export",
    "learning:download",
    "home:findings_download",
    "reports:hos_summary_file",
}

if settings.OIDC_SERVER_URL:  # single sign-on has addresses only where the council gave its directory
    POLICY |= {
        "openid_connect_login": fill_in(ANYONE),
        "openid_connect_callback": see(ANYONE),
        "socialaccount_login_cancelled": see(ANYONE),
        "socialaccount_login_error": see(ANYONE),
    }


def may_use(user, url_name: str, method: str = "GET") -> bool:
    """Whether the person's roles open this page with this method."""
    allowed = POLICY.get(url_name, {}).get("GET" if method == "HEAD" else method, frozenset())
    return _is_allowed(user, allowed)


def _is_allowed(user, allowed: frozenset) -> bool:
    if allowed == ANYONE:
        return True
    return user.is_authenticated and opens_to(user.roles, allowed)


def opens_to(roles: frozenset, allowed: frozenset) -> bool:
    """Whether what these may use is open to a signed-in person with the roles."""
    return allowed in (ANYONE, SIGNED_IN) or not roles.isdisjoint(allowed)


class PolicyMiddleware:
    """Refuses every request that the policy does not name."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        name = request.resolver_match.view_name
        methods = POLICY.get(name)
        if methods is None:
            raise Http404
        method = "GET" if request.method == "HEAD" else request.method
        if method not in methods:
            return HttpResponseNotAllowed(sorted(methods))
        if not _is_allowed(request.user, methods[method]):
            record("refused", by=request.user, changes={"page": [None, name]})
            raise PermissionDenied
        if name in CONFIRMED and not has_confirmed_lately(request):
            # What was typed is kept in the session and sent on once the password is given.
            return suspend_request(request, reverse("account_reauthenticate"))
        return None
